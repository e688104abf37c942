import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inFolder, tailrace } from './support';

const two = `flow: 1
brokers:
  events: { protocol: kafka, url: "127.0.0.1:1" }
  work: { protocol: rabbitmq }
channels:
  orders: { broker: events, partitions: 3 }
`;

describe('tailrace drift and import, called wrongly', () => {
  const refused = (args: readonly string[], files: Readonly<Record<string, string>>, message: RegExp): void => {
    inFolder(files, (folder) => {
      const { code, err } = tailrace(args, folder);
      assert.equal(code, 2, err);
      assert.match(err, message);
      assert.equal(err.trim().split('\n').filter((line) => !line.startsWith('tailrace: ')).length, 0, err);
    });
  };

  it('says which broker is meant, and how to reach it', () => {
    refused(['drift', '--broker', 'event'], { 'a.flow.yaml': two }, /No file here declares a broker "event"\. Did you mean "events"\? --broker takes NAME or NAME=URL\./);
    refused(['drift', '--broker', 'work'], { 'a.flow.yaml': two }, /No file says how to reach work from this machine\. Give the broker a url, or say --broker work=URL\./);
    refused(['drift', '--broker', 'work=kafka://h:1'], { 'a.flow.yaml': two }, /work speaks rabbitmq by its files, and h:1 is an address of kafka\./);
    const unset = two.replace('rabbitmq }', 'rabbitmq, url: "amqp://${env:TAILRACE_TEST_UNSET}" }');
    refused(['drift', '--broker', 'work'], { 'a.flow.yaml': unset }, /^tailrace: The address of work is left to TAILRACE_TEST_UNSET, which is not set here\. Set it, or say --broker work=URL\.\n$/);
    refused(['drift'], { 'notes.txt': '' }, /No file here declares a broker that can be reached\./);
  });

  it('tells of those that are left out or cannot be asked, a line each, without the password', () => {
    inFolder({ 'a.flow.yaml': two }, (folder) => {
      const { code, err, out } = tailrace(['drift', '--format', 'json'], folder);
      assert.equal(code, 2);
      assert.match(err, /^tailrace: work is left out\. No file says how to reach work from this machine\. Give the broker a url, or say --broker work=URL\.\ntailrace: events cannot be compared: [^\n]+\n$/);
      assert.deepEqual((JSON.parse(out) as { brokers: unknown[]; problems: unknown[] }).brokers, []);
      assert.equal(tailrace(['drift'], folder).out, '', 'nothing is called the same where nothing answered');
    });
    refused(['drift', '--broker', 'events=kafka://me:hunter2@127.0.0.1:1'], { 'a.flow.yaml': two }, /^(?!.*hunter2)tailrace: events cannot be compared/);
  });

  it('imports to a new file only, from a URL whose scheme it knows', () => {
    refused(['import'], {}, /import takes one URL/);
    refused(['import', 'localhost:9092'], {}, /The broker "localhost:9092" needs a scheme: kafka:\/\//);
    inFolder({ 'it.flow.yaml': two }, (folder) => {
      const { code, err } = tailrace(['import', 'nats://127.0.0.1:1', '--out', 'it.flow.yaml'], folder);
      assert.equal(code, 2);
      assert.match(err, /There is a file "it\.flow\.yaml" already\./);
      assert.equal(readFileSync(join(folder, 'it.flow.yaml'), 'utf8'), two);
    });
    inFolder({}, (folder) => {
      const { code, err } = tailrace(['import', 'nats://me:hunter2@127.0.0.1:1', '--out', 'new.flow.yaml'], folder);
      assert.equal(code, 2);
      assert.doesNotMatch(err, /hunter2|    at /);
      assert.ok(!existsSync(join(folder, 'new.flow.yaml')));
    });
  });

  it('explains itself', () => {
    for (const command of ['drift', 'import']) assert.match(tailrace([command, '--help']).out, /only read/);
    assert.match(tailrace(['--help']).out, /drift +compare what files declare with live brokers\n +import +write a flow file from a live broker/);
  });
});
