import { describe, expect, it } from 'vitest';
import { isCameraName } from './camera-name.ts';

describe('names that nobody gave', () => {
  it.each([
    'IMG_20261130_101112.jpg',
    'IMG_1234.HEIC',
    'IMG-20261130-WA0001.jpg',
    'PXL_20261130_101112345.MP.jpg',
    'DSC00012.JPG',
    '_DSC0012.jpg',
    'DSCN0012.jpg',
    'VID_20261130_101112.mp4',
    'Screenshot_20261130-101112.png',
    'Screenshot 2026-11-30 at 10.11.12 AM.png',
    '屏幕截图 2026-11-30 101112.png',
    '截屏2026-11-30 上午10.11.12.png',
    '微信图片_20261130101112.jpg',
    'mmexport1764470000000.jpg',
    'WhatsApp Image 2026-11-30 at 10.11.12.jpeg',
    'photo_2026-11-30_10-11-12 (2).jpg',
    '20261130_101112.jpg',
    'FB_IMG_1764470000000.jpg',
    '0d4f2a5e-6b7c-4d8e-9f01-23456789abcd.jpg',
    'd41d8cd98f00b204e9800998ecf8427e.png',
  ])('%s', (name) => expect(isCameraName(name)).toBe(true));
});

describe('names that somebody gave', () => {
  it.each([
    'holiday.png',
    'team 2026.jpg',
    '1.png',
    'IMG.jpg',
    'screenshot.png',
    '截图.png',
    '2026 年报.png',
    'v1.2.3 chart.png',
    'invoice-20261130.png',
    '',
  ])('%j', (name) => expect(isCameraName(name)).toBe(false));
});
