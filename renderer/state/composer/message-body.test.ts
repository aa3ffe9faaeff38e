import { expect, it } from 'vitest';
import { bodyOf } from './message-body.ts';

it.each([
  ['  if (a) {\n    b();\n  }\n\n', '  if (a) {\n    b();\n  }'],
  ['\n \n\t- one\n\t- two', '\t- one\n\t- two'],
  ['  one line  ', 'one line'],
  ['\n  one line\n', 'one line'],
  [' \n\t ', ''],
  ['', ''],
])('%j is sent as %j', (text, body) => expect(bodyOf(text)).toBe(body));
