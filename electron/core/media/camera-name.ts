/** Names that cameras, phones and programs give pictures: a time, or a number that counts what was taken. */

/** What stands beside the numbers, one of a kind or more; longer ones first, as the first that fits is taken. */
const WORDS =
  'screenshot|screen shot|screen recording|whatsapp image|whatsapp video|wechat image|wechatimg|snipaste|mmexport|' +
  'wx_camera|wechat|telegram|signal|photo|image|video|picture|capture|burst|cover|portrait|night|pano|mvimg|img|vid|' +
  'pxl|dscn|dscf|dsc|gopr|dji|mov|pic|fb|wa|mp|lv|at|am|pm|copy|edited|企业微信截图|屏幕截图|屏幕快照|微信图片|微信截图|' +
  '截屏|截图|图片|照片|上午|下午|年|月|日|时|分|秒';
const WORD = new RegExp(WORDS, 'g');
/** Days and counters have at least four. */
const DIGITS = /\d{4}/;
const REST = /^[\d\s_\-.,:()~@#]*$/;
/** Names that are drawn by lot: of programs, too. */
const RANDOM = /^(?:[0-9a-f]{32,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Whether nobody gave this name. "IMG_20261130_101112.jpg" is one, "team 2026.jpg" is not. */
export function isCameraName(name: string): boolean {
  const stem = name.replace(/\.[^.]{1,10}$/, '').toLowerCase();
  if (RANDOM.test(stem)) return true;
  return DIGITS.test(stem) && REST.test(stem.replace(WORD, ''));
}
