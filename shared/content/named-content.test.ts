/** What is drawn of a place, a sticker and a call, whatever their payloads hold. */
import { describe, expect, it } from 'vitest';
import { callOf, NAMED_KINDS, namedContent } from './named-content.ts';

const place = (payload: Record<string, unknown>) => namedContent(6, payload);
const sticker = (payload: Record<string, unknown>) => namedContent(12, payload);

describe('a place', () => {
  it('has its names, its point and its picture', () => {
    expect(
      place({ type: 6, lat: 39.9, lng: 116.4, title: '天安门', address: '东城区', img: 'file/m.png' }),
    ).toEqual({
      what: 'location',
      detail: '天安门',
      place: { title: '天安门', address: '东城区', point: { lat: 39.9, lng: 116.4 } },
      picture: 'file/m.png',
    });
  });

  it('may have numbers as text', () => {
    expect(place({ lat: '39.9', lng: '-116.4' })?.place?.point).toEqual({ lat: 39.9, lng: -116.4 });
  });

  it.each([
    [91, 0],
    [0, 181],
    [0, 0],
    [Number.NaN, 1],
    [Number.POSITIVE_INFINITY, 1],
    ['1e3', 1],
    ['1&q=evil', 1],
    [null, 1],
    [{}, []],
  ])('at %j, %j is nowhere', (lat, lng) => {
    expect(place({ lat, lng })?.place?.point).toBeNull();
  });

  it('is cut, cleaned and bounded', () => {
    const whole = place({
      title: 'x'.repeat(10_000),
      address: `\u202e${'y'.repeat(10_000)}`,
      img: 'z'.repeat(9_999),
    });
    expect(whole?.place?.title.length).toBeLessThanOrEqual(101);
    expect(whole?.place?.address.length).toBeLessThanOrEqual(301);
    expect(whole?.place?.address).not.toContain('\u202e');
    expect(whole).not.toHaveProperty('picture');
  });
});

describe('a sticker', () => {
  const PATH = 'M10 10L20 20Zm1-2c3,4 5.5 6 7 8';

  it.each([
    [{ url: 'a.gif', format: 'gif' }, { picture: 'a.gif' }],
    [{ url: 'a.webp' }, { picture: 'a.webp' }],
    // Drawings: with the outline if there is one.
    [
      { url: 'a.lim', placeholder: PATH },
      { picture: 'a.lim', drawn: true, outline: PATH },
    ],
    [
      { url: 'a', format: 'TGS' },
      { picture: 'a', drawn: true },
    ],
    [
      { url: 'a.json', format: 'lottie', placeholder: '<svg onload="x()"/>' },
      { picture: 'a.json', drawn: true },
    ],
    [
      { url: 'a.gif', placeholder: '[笑]' },
      { picture: 'a.gif', detail: '笑' },
    ],
    [{ url: 'a.gif', placeholder: PATH }, { picture: 'a.gif' }],
    [{ url: 7, placeholder: ['x'] }, {}],
    [
      { url: 'a.lim', placeholder: `M${'1 '.repeat(20_000)}` },
      { picture: 'a.lim', drawn: true },
    ],
  ])('%j', (payload, shown) => {
    expect(sticker(payload)).toEqual({ what: 'sticker', detail: '', ...shown });
  });
});

it('every kind of a call is one by voice or video', () => {
  const calls = NAMED_KINDS.flatMap((what) => callOf(what) ?? []);
  expect(calls.filter(({ video }) => video)).toHaveLength(5);
  expect(calls).toHaveLength(10);
  expect(callOf('card')).toBeNull();
});
