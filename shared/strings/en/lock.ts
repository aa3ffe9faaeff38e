/** The lock of the app, and its page in the settings. */
import type { lock as zh } from '../zh/lock.ts';
import type { Texts } from '../texts.ts';

export const lock = {
  'lock.title': 'WuKong is locked',
  'lock.passcode': 'Passcode',
  'lock.open': 'Unlock',
  'lock.cancelled': 'A file was being chosen when the app locked; that was cancelled',
  'lock.wrong': 'Wrong passcode',
  'lock.wait': 'Too many wrong tries; try again in {n} s',
  'lock.unusable':
    'The file of the passcode is damaged, so nothing can unlock this. You can only sign out and erase what is on this computer.',
  'lock.failed': 'The passcode could not be checked; try again',
  'lock.forgot': 'Forgot the passcode?',
  'lock.forgetTitle': 'Sign out of all accounts and erase what is on this computer?',
  'lock.forgetBody':
    'Messages, files, drafts and whatever was not sent yet are deleted from this computer and cannot be brought back. Messages on the server stay; sign in again to see them.',
  'lock.forgetDo': 'Sign out and erase',
  'lock.forgetFailed': 'Not everything was erased; try again',
  'set.lock': 'App lock',
  'lock.set': 'Set a passcode…',
  'lock.setTitle': 'Set a passcode',
  'lock.change': 'Change the passcode…',
  'lock.changeTitle': 'Change the passcode',
  'lock.off': 'Turn off the app lock…',
  'lock.offTitle': 'Turn off the app lock?',
  'lock.offDo': 'Turn off',
  'lock.now': 'Lock now',
  'lock.current': 'Passcode now',
  'lock.new': 'New passcode',
  'lock.again': 'Once more',
  'lock.help':
    'At least {n} characters. If you forget it, you can only sign out and erase what is on this computer.',
  'lock.short': 'At least {n} characters',
  'lock.differs': 'The two are not the same',
  'lock.isSet': 'The passcode is set',
  'lock.isChanged': 'The passcode was changed',
  'lock.isOff': 'The app lock is off',
  'lock.after': 'Lock when not used for',
  'lock.after.0': 'At once',
  'lock.after.n': '{n} min',
  'lock.after.60': '1 hour',
  'lock.afterHint0':
    'When the window is closed or minimised, and after 1 minute of no use while it is on the screen',
  'lock.withSystem': 'Lock with the screen of the computer, and when it sleeps',
  'lock.what':
    'While locked no chat can be seen, and notifications show neither names nor text. The lock does not encrypt what is on the disk.',
  'lock.required': 'Your organisation wants a passcode for WuKong. No chat is shown before there is one.',
  'lock.choose': 'Set and go on',
  'lock.notSet': 'The passcode could not be saved; try again',
  'lock.leave': 'Do not set one, sign out…',
  'lock.none': 'No passcode is set yet',
  'lock.toSettings': 'Settings',
} as const satisfies Texts<typeof zh>;
