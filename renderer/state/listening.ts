/**
 * Stores that hear what the core tells: loaded with the page, whatever screens are loaded later. One that came with its
 * screen would have missed what was told before.
 */
import './composer/attachment-store.ts';
import './composer/composer-store.ts';
import './composer/pack-store.ts';
import './composer/sticker-store.ts';
import './image-editor/editor-store.ts';
import './media/begun.ts';
import './media/edited-files.ts';
import './media/media-store.ts';
import './media/transfer-store.ts';
import './media/viewer-store.ts';
import './messages/bookmarks.ts';
import './messages/card-profiles.ts';
import './messages/export-store.ts';
import './messages/favourites-store.ts';
import './messages/forward-store.ts';
import './messages/history-reader.ts';
import './messages/left-places.ts';
import './messages/message-store.ts';
import './messages/pins.ts';
import './messages/reactions.ts';
import './messages/remind-request.ts';
import './messages/selection-store.ts';
import './messages/waiting-store.ts';
import './messages/shared-store.ts';
import './people/group-links.ts';
import './people/short-numbers.ts';
import './recall/batch-store.ts';
import './recall/recent-recall.ts';
import './voice/voice-player.ts';
import './voice/voice-recorder.ts';
