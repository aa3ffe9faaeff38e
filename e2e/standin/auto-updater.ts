/** `autoUpdater`: Squirrel of macOS and Windows, which is not here. electron-updater listens to it. */
import { EventEmitter } from 'node:events';

class AutoUpdater extends EventEmitter {
  setFeedURL(): void {
    // Nothing is fetched.
  }
  getFeedURL(): string {
    return '';
  }
  checkForUpdates(): void {
    this.emit('error', new Error('the stand-in has no Squirrel'));
  }
  quitAndInstall(): void {
    this.emit('error', new Error('the stand-in has no Squirrel'));
  }
}

export const autoUpdater = new AutoUpdater();
