import assert from 'node:assert/strict';
import { dumpModel } from '../support/dump';
import { fixtureModel } from '../support/fixture';

const library = `=== shop/common/src/main/resources/application.properties
mp.messaging.incoming.work.connector=smallrye-kafka
mp.messaging.incoming.work.topic=shop.work
mp.messaging.outgoing.done.connector=smallrye-kafka
mp.messaging.outgoing.done.topic=shop.done
`;
const program = (name: string): string => `=== shop/${name}/src/main/resources/application.properties
quarkus.http.port=1
mp.messaging.incoming.work.group.id=${name}
`;

describe('libraries on the class path', () => {
  it('complete the channels of the programs that lean on them, and are no services', () => {
    const { model } = fixtureModel(library + program('letters') + program('mails'));
    assert.equal(dumpModel(model), [
      'shop.done: - kafka topic undeclared', '  <- letters', '  <- mails',
      'shop.work: - kafka topic undeclared', '  -> letters', '  -> mails',
    ].join('\n'));
    const consume = model.consumes[0]!;
    assert.equal(consume.settings.group?.value, 'letters');
    assert.match(consume.fact.inferred ?? '', /as a library of several programs/);
    assert.ok(consume.at.file.endsWith('shop/common/src/main/resources/application.properties'));
  });

  it('are not guessed for one program, for another project, or where the module runs itself', () => {
    const channels = (text: string): string[] => fixtureModel(text).model.channels.map((c) => c.id);
    assert.deepEqual(channels(library + program('letters')), ['shop.done', 'shop.work', 'work']);
    assert.ok(channels(library + (program('letters') + program('mails')).replaceAll('=== shop/', '=== other/')).includes('work'));
    assert.ok(channels(`${library}quarkus.application.name=runs\n${program('letters')}${program('mails')}`).includes('work'));
    assert.ok(channels(`${library}mp.messaging.incoming.work.group.id=own\n${program('letters')}${program('mails')}`).includes('work'));
  });
});
