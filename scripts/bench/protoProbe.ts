import protobuf from 'protobufjs';
import { parseProto } from '../../src/contracts/protobuf/parse';

/**
 * Run as a process of its own: prints how long both parsers take for one text, in milliseconds. In the
 * process of other tests the figures would tell how those tests have shaped the compiled code.
 */
const messages = 1_000;
const text = `syntax = "proto3";\npackage shop.v1;\n${Array.from({ length: messages }, (_, i) => `// Message ${i}.
message M${i} {
  string id = 1;
  repeated M${(i + 1) % messages} next = 2;
  map<string, int64> totals = 3;
  message Inner { int32 x = 1; }
  oneof kind { string text = 4; bytes raw = 5; }
}
`).join('')}`;

function time(run: () => unknown): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

let [ours, theirs] = [Infinity, Infinity];
for (let round = 0; round < 20; round++) {
  // In turns, so that a busy machine slows both; the best of each is what the code can do.
  for (let i = 0; i < 4; i++) ours = Math.min(ours, time(() => parseProto(text)));
  theirs = Math.min(theirs, time(() => protobuf.parse(text)));
}
console.log(JSON.stringify({ messages: parseProto(text).messages.length, ours, theirs }));
