/** Words of the native parts (menu, tray, notifications), zh and en. The page has its own. */

export type Language = 'zh' | 'en';

const zh = {
  appName: '悟空',
  show: '显示窗口',
  unread: (n: number) => `${n} 条未读`,
  doNotDisturb: '勿扰',
  quit: '退出',
  stillRunning: '悟空仍在后台运行',
  stillRunningBody: '点击托盘图标可重新打开窗口。',
  privateMessage: '你收到一条消息',
  newMessages: (n: number) => `${n} 条新消息`,
  file: '文件',
  newGroup: '创建群聊',
  settings: '设置',
  closeWindow: '关闭窗口',
  edit: '编辑',
  undo: '撤销',
  redo: '重做',
  cut: '剪切',
  copy: '复制',
  paste: '粘贴',
  pasteText: '粘贴为纯文本',
  selectAll: '全选',
  find: '搜索全部消息',
  view: '视图',
  zoomIn: '放大',
  zoomOut: '缩小',
  zoomReset: '实际大小',
  fullScreen: '全屏',
  reload: '重新载入',
  devTools: '开发者工具',
  window: '窗口',
  minimize: '最小化',
  help: '帮助',
  about: '关于悟空',
  hide: '隐藏悟空',
  hideOthers: '隐藏其他',
};

export type ShellStrings = typeof zh;

const en: ShellStrings = {
  appName: 'WuKong',
  show: 'Show',
  unread: (n) => `${n} unread`,
  doNotDisturb: 'Do not disturb',
  quit: 'Quit',
  stillRunning: 'WuKong keeps running in the background',
  stillRunningBody: 'Click the tray icon to open the window again.',
  privateMessage: 'You have a new message',
  newMessages: (n) => `${n} new messages`,
  file: 'File',
  newGroup: 'New group',
  settings: 'Settings',
  closeWindow: 'Close window',
  edit: 'Edit',
  undo: 'Undo',
  redo: 'Redo',
  cut: 'Cut',
  copy: 'Copy',
  paste: 'Paste',
  pasteText: 'Paste as plain text',
  selectAll: 'Select all',
  find: 'Search all messages',
  view: 'View',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  zoomReset: 'Actual size',
  fullScreen: 'Full screen',
  reload: 'Reload',
  devTools: 'Developer tools',
  window: 'Window',
  minimize: 'Minimize',
  help: 'Help',
  about: 'About WuKong',
  hide: 'Hide WuKong',
  hideOthers: 'Hide others',
};

export function shellStrings(language: Language): ShellStrings {
  return language === 'zh' ? zh : en;
}

/** `system` follows the locale of the operating system: `zh*` is Chinese, anything else English (ui.md 1). */
export function resolveLanguage(setting: 'system' | Language, systemLocale: string): Language {
  if (setting !== 'system') return setting;
  return /^zh\b/i.test(systemLocale) ? 'zh' : 'en';
}
