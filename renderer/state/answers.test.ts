import { expect, test } from 'vitest';
import { Meanwhile, Newest, SharedQuestion } from './answers.ts';

test('only the answer to the newest question counts', () => {
  const newest = new Newest();
  const [first, second] = [newest.ask(), newest.ask()];
  expect([first(), second()]).toEqual([false, true]);
  newest.ask();
  expect(second()).toBe(false);
});

test('an answer comes with what was told since it was asked for, and nothing else', async () => {
  const meanwhile = new Meanwhile<string>();
  meanwhile.tell('before');
  const [early, late] = [Promise.withResolvers<number>(), Promise.withResolvers<number>()];
  const first = meanwhile.collect(early.promise);
  meanwhile.tell('one');
  const second = meanwhile.collect(late.promise);
  meanwhile.tell('two');
  early.resolve(1);
  expect(await first).toEqual({ answer: 1, news: ['one', 'two'] });
  meanwhile.tell('three');
  late.resolve(2);
  expect(await second).toEqual({ answer: 2, news: ['two', 'three'] });
  await expect(meanwhile.collect(Promise.reject(new Error('no')))).rejects.toThrow('no');
});

test('what was changed while a question was on its way is asked once more, for all who wait', async () => {
  const answers: ((words: string) => void)[] = [];
  const shown: string[] = [];
  const question = new SharedQuestion(
    () => new Promise((resolve) => answers.push((words) => resolve(() => shown.push(words)))),
  );
  const [one, other] = [question.ask(), question.ask()];
  expect(answers).toHaveLength(1);
  question.changed();
  answers[0]?.('old');
  await expect.poll(() => answers.length).toBe(2);
  expect(shown).toEqual([]);
  answers[1]?.('new');
  await Promise.all([one, other]);
  expect(shown).toEqual(['new']);
  // The next one is a question of its own.
  void question.ask();
  expect(answers).toHaveLength(3);
});
