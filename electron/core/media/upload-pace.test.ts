import { expect, it } from 'vitest';
import { UploadPace } from './upload-pace.ts';

it('measures what moves while uploads run, several at once as one, stalls included', () => {
  let now = 0;
  const pace = new UploadPace(() => now);
  expect(pace.bytesPerSecond).toBeNull();
  pace.began();
  pace.moved(500_000);
  // Into the buffers of the system.
  expect(pace.bytesPerSecond).toBeNull();
  now = 1_000;
  pace.began();
  pace.moved(500_000);
  expect(pace.bytesPerSecond).toBe(1_000_000);
  pace.ended();
  // Nothing moves for nine seconds.
  now = 10_000;
  pace.moved(900_000);
  expect(pace.bytesPerSecond).toBe(640_000);
  pace.ended();
  // A pause between two is no stall.
  now = 1_000_000;
  pace.began();
  now = 1_001_000;
  pace.moved(640_000);
  expect(pace.bytesPerSecond).toBe(640_000);
});

it('knows the smallest that was refused, until one as large goes through', () => {
  const pace = new UploadPace(() => 0);
  expect(pace.refusedBytes).toBeNull();
  pace.refused(200);
  pace.refused(300);
  expect(pace.refusedBytes).toBe(200);
  pace.passed(199);
  expect(pace.refusedBytes).toBe(200);
  pace.passed(250);
  expect(pace.refusedBytes).toBeNull();
});

it('knows what the server does not take, said or refused, whichever is less', () => {
  const pace = new UploadPace(() => 0);
  expect(pace.refusedBytes).toBeNull();
  pace.limit(1_000);
  expect(pace.refusedBytes).toBe(1_001);
  pace.refused(700);
  expect(pace.refusedBytes).toBe(700);
  pace.passed(800);
  expect(pace.refusedBytes).toBe(1_001);
});
