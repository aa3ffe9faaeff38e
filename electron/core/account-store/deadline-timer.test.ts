import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DeadlineTimer } from './deadline-timer.ts';
import { createFixture, GROUP, message, START, type Fixture } from './testing/store-fixture.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

function setUp() {
  const state = { nowMs: 0, ends: [] as number[], ended: [] as number[], fails: 0, logged: 0 };
  const timer = new DeadlineTimer({
    now: () => state.nowMs,
    next: () => state.ends[0] ?? null,
    run() {
      if (state.fails > 0) {
        state.fails -= 1;
        throw new Error('disk full');
      }
      state.ended.push(...state.ends.filter((end) => end <= state.nowMs));
      state.ends = state.ends.filter((end) => end > state.nowMs);
    },
    log: () => void (state.logged += 1),
  });
  const pass = (ms: number): void => {
    for (let done = 0; done < ms; done += 100) {
      state.nowMs += 100;
      vi.advanceTimersByTime(100);
    }
  };
  return { state, timer, pass };
}

describe('DeadlineTimer', () => {
  it('makes each end at its time, also of what comes in between', () => {
    const { state, timer, pass } = setUp();
    state.ends = [2_000, 60_000];
    timer.refresh();
    pass(1_000);
    state.ends.unshift(1_500);
    timer.at(1_500);
    pass(400);
    expect(state.ended).toEqual([]);
    pass(200);
    expect(state.ended).toEqual([1_500]);
    pass(500);
    expect(state.ended).toEqual([1_500, 2_000]);
    pass(60_000);
    expect(state.ended).toEqual([1_500, 2_000, 60_000]);
  });

  it('follows a clock that was set while it waited', () => {
    const { state, timer, pass } = setUp();
    state.ends = [3_600_000];
    timer.refresh();
    pass(1_000);
    state.nowMs = 3_600_000;
    pass(10_000);
    expect(state.ended).toEqual([3_600_000]);
  });

  it('tries again when an end could not be made', () => {
    const { state, timer, pass } = setUp();
    state.ends = [1_000];
    state.fails = 2;
    timer.refresh();
    pass(1_500);
    expect(state.ended).toEqual([]);
    pass(3_000);
    expect(state.ended).toEqual([1_000]);
    expect(state.logged).toBe(2);
  });

  it('does nothing once stopped', () => {
    const { state, timer, pass } = setUp();
    state.ends = [1_000];
    timer.refresh();
    timer.stop();
    pass(5_000);
    expect(state.ended).toEqual([]);
  });
});

describe('expiry', () => {
  let fixture: Fixture;
  beforeEach(() => void (fixture = createFixture()));
  afterEach(() => fixture.dispose());

  const lines = (): number[] =>
    fixture.store.messages.page(GROUP, { at: 'latest' }, 10).messages.map((view) => view.messageSeq);
  function pass(seconds: number): void {
    fixture.nowMs += seconds * 1000;
    vi.advanceTimersByTime(seconds * 1000);
  }

  it('erases a message at its second, whatever came before and after it', () => {
    const gone = message(2, { timestamp: START, expire: 5 });
    fixture.store.messages.ingest([message(1, { timestamp: START, expire: 30 }), gone], 'live');
    pass(4);
    expect(lines()).toEqual([1, 2]);
    pass(1);
    expect(lines()).toEqual([1]);
    pass(25);
    expect(lines()).toEqual([]);
  });

  it('erases at the start what expired while the app was not running', () => {
    fixture.store.messages.ingest([message(1, { timestamp: START, expire: 60 })], 'live');
    fixture.store.close();
    fixture.nowMs += 61_000;
    fixture.reopenFresh();
    expect(lines()).toEqual([]);
  });

  it('goes on in a store that was rebuilt', () => {
    fixture.store.rebuild();
    fixture.store.messages.ingest([message(1, { timestamp: START, expire: 5 })], 'live');
    pass(5);
    expect(lines()).toEqual([]);
  });
});
