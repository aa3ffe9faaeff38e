import { cache001 } from './cache-001-initial.ts';
import { cache002 } from './cache-002-count-indexes.ts';
import { cache003 } from './cache-003-extra-identity.ts';
import { cache004 } from './cache-004-search-pages.ts';
import { cache005 } from './cache-005-media-files.ts';
import { cache006 } from './cache-006-search-shards.ts';
import { cache007 } from './cache-007-system-lines.ts';
import { cache008 } from './cache-008-flame.ts';
import { cache009 } from './cache-009-streams.ts';
import { cache010 } from './cache-010-late-facts.ts';
import { cache011 } from './cache-011-short-numbers.ts';
import { cache012 } from './cache-012-reading-places.ts';
import { cache013 } from './cache-013-media-index.ts';
import { cache014 } from './cache-014-shared-content.ts';
import { cache015 } from './cache-015-group-rules.ts';
import { cache016 } from './cache-016-albums.ts';
import { cache017 } from './cache-017-days.ts';
import { cache018 } from './cache-018-played-voices.ts';
import { cache019 } from './cache-019-reactions.ts';
import { cache020 } from './cache-020-forwarded.ts';
import { cache021 } from './cache-021-pins.ts';
import { cache022 } from './cache-022-picture-files.ts';
import { cache023 } from './cache-023-entry-files.ts';
import { cache024 } from './cache-024-covers.ts';
import { cache025 } from './cache-025-recalled.ts';
import { cache026 } from './cache-026-rich-files.ts';
import { cache027 } from './cache-027-sticker-packs.ts';
import { cache028 } from './cache-028-files-of-any-kind.ts';
import { cache029 } from './cache-029-left-parts.ts';
import { cache030 } from './cache-030-new-reactions.ts';
import { cache031 } from './cache-031-copies.ts';
import type { Migration } from './migrate.ts';
import { outbox001 } from './outbox-001-initial.ts';
import { outbox002 } from './outbox-002-send-setting.ts';
import { outbox003 } from './outbox-003-attachments.ts';
import { outbox004 } from './outbox-004-marked-ahead.ts';
import { outbox005 } from './outbox-005-expire.ts';
import { outbox006 } from './outbox-006-chat-notices.ts';
import { outbox007 } from './outbox-007-draft-files.ts';
import { outbox008 } from './outbox-008-bookmarks.ts';
import { outbox009 } from './outbox-009-covers.ts';

export const cacheMigrations: readonly Migration[] = [
  cache001,
  cache002,
  cache003,
  cache004,
  cache005,
  cache006,
  cache007,
  cache008,
  cache009,
  cache010,
  cache011,
  cache012,
  cache013,
  cache014,
  cache015,
  cache016,
  cache017,
  cache018,
  cache019,
  cache020,
  cache021,
  cache022,
  cache023,
  cache024,
  cache025,
  cache026,
  cache027,
  cache028,
  cache029,
  cache030,
  cache031,
];
export const outboxMigrations: readonly Migration[] = [
  outbox001,
  outbox002,
  outbox003,
  outbox004,
  outbox005,
  outbox006,
  outbox007,
  outbox008,
  outbox009,
];
