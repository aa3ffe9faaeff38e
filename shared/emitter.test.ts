import { expect, it } from 'vitest';
import { Emitter } from './emitter.ts';

it('tells everybody who listens at that moment, each until it stops', () => {
  const emitter = new Emitter<number>();
  const heard: string[] = [];
  const stop = emitter.on((n) => heard.push(`a${n}`));
  emitter.emit(1);
  emitter.on((n) => heard.push(`b${n}`));
  emitter.emit(2);
  stop();
  emitter.emit(3);
  expect(heard).toEqual(['a1', 'a2', 'b2', 'b3']);
});
