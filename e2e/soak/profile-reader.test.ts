import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { tempFolder } from '../../shared/testing/temp-folder.ts';
import { strayFiles } from './profile-reader.ts';

const name = (digit: string): string => digit.repeat(32);

test('a file that no row names is found, whatever it is to become', () => {
  const profile = tempFolder('wukong-soak-');
  const account = join(profile, 'accounts', 'a');
  mkdirSync(account, { recursive: true });
  const cache = new Database(join(account, 'cache.db'));
  cache.exec(`CREATE TABLE media_file (file TEXT); INSERT INTO media_file VALUES ('${name('1')}')`);
  const outbox = new Database(join(account, 'outbox.db'));
  outbox.exec(`CREATE TABLE send_job (attachment TEXT); CREATE TABLE draft_file (file TEXT);
    INSERT INTO send_job VALUES ('{"file":"${name('2')}","cover":{"file":"${name('3')}"}}'), (NULL);
    INSERT INTO draft_file VALUES ('${name('4')}')`);
  cache.close();
  outbox.close();
  // No folder of files yet.
  expect(strayFiles(profile)).toEqual([]);
  for (const place of ['media', 'outbox-media']) mkdirSync(join(account, place));
  for (const path of ['media/1', 'outbox-media/2', 'outbox-media/3', 'outbox-media/4'])
    writeFileSync(
      join(
        account,
        path.replace(/\d$/, (digit) => name(digit)),
      ),
      '',
    );
  expect(strayFiles(profile)).toEqual([]);
  writeFileSync(join(account, 'media', `${name('5')}.part`), '');
  writeFileSync(join(account, 'outbox-media', name('6')), '');
  expect(strayFiles(profile)).toEqual([`media/${name('5')}.part`, `outbox-media/${name('6')}`]);
  rmSync(profile, { recursive: true });
});
