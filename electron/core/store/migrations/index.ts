import { cache001 } from './cache-001-initial.ts';
import { cache002 } from './cache-002-count-indexes.ts';
import { cache003 } from './cache-003-extra-identity.ts';
import { cache004 } from './cache-004-search-pages.ts';
import type { Migration } from './migrate.ts';
import { outbox001 } from './outbox-001-initial.ts';
import { outbox002 } from './outbox-002-send-setting.ts';

export const cacheMigrations: readonly Migration[] = [cache001, cache002, cache003, cache004];
export const outboxMigrations: readonly Migration[] = [outbox001, outbox002];
