/**
 * Export of a chat (docs/chat-export.md): asks where to, and lets the worker of the account write it there. No path
 * comes from the page or goes to it.
 */
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { app, type BrowserWindow, shell } from 'electron';
import type { Exported, ExportFormat, ExportRange } from '../../../shared/ipc/contract/chat-export.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { ExportOrder } from '../../../shared/ipc/worker-protocol.ts';
import type { Language } from '../../../shared/strings/index.ts';
import { localDay } from '../../core/export/export-format.ts';
import { safeFileName } from '../../core/media/file-kind.ts';
import { askWhereTo } from './file-dialog.ts';

export interface ChatExportOptions {
  /** Throws `managed` where a policy forbids it. */
  check: () => void;
  /** Asks the worker of an account; throws its refusal. */
  session: { exportChat: (order: ExportOrder, account: string | null) => Promise<Exported> };
  language: () => Language;
  window: () => BrowserWindow | null;
}

export interface WantedExport extends ExportRange {
  format: ExportFormat;
  media: boolean;
  name: string;
}

export class ChatExport {
  readonly #options: ChatExportOptions;
  /** Where the last one of each account was written. */
  readonly #written = new Map<string, string>();

  constructor(options: ChatExportOptions) {
    this.#options = options;
  }

  /** An account is closed: what was written is the user's own now. */
  forget(account: string): void {
    this.#written.delete(account);
  }

  /** null = the user cancelled. `account`: whose chat it is; another one may be on the screen before this ends. */
  async write(wanted: WantedExport, account: string | null): Promise<Exported | null> {
    const { check, language, session, window } = this.#options;
    check();
    const options = {
      defaultPath: join(app.getPath('downloads'), fileNameFor(wanted.name, wanted.format)),
      filters: [{ name: wanted.format.toUpperCase(), extensions: [wanted.format] }],
    };
    const filePath = await askWhereTo(window(), options);
    if (filePath === null) return null;
    const path = withExtension(filePath, wanted.format);
    const exported = await session.exportChat({ ...wanted, path, language: language() }, account);
    this.#written.set(account ?? '', path);
    return exported;
  }

  /** With the system's program, or shows it in its folder where none opens it. */
  async open(account: string | null): Promise<null> {
    const path = this.#written.get(account ?? '');
    const there = path !== undefined && (await stat(path).catch(() => null)) !== null;
    if (!there) throw new CodedError('notFound', 'nothing was exported, or it was moved since');
    if ((await shell.openPath(path)) !== '') shell.showItemInFolder(path);
    return null;
  }
}

/** `林知夏 2026-11-28.html`, by the local calendar. */
function fileNameFor(chat: string, format: ExportFormat): string {
  return safeFileName(`${safeFileName(chat)} ${localDay(Date.now())}.${format}`);
}

/** Some systems leave it to the app. What is there under that name nobody was asked about: it gets another one. */
function withExtension(path: string, format: ExportFormat): string {
  if (extname(path) !== '') return path;
  for (let n = 1; ; n += 1) {
    const other = n === 1 ? `${path}.${format}` : `${path} (${n}).${format}`;
    if (!existsSync(other)) return other;
  }
}
