/**
 * Players in a frame of their own. Chromium keeps what a `<video>` or `<audio>` has buffered for the frame that asked
 * for it, for minutes after the element has let go of it; it gives all of it up with the frame (docs/recall.md, "Memory
 * of the window"). So each player has one, and it goes with what was played.
 */
export interface PlayerFrame<K extends 'audio' | 'video'> {
  element: HTMLElementTagNameMap[K];
  /** At once, and for good: silent, empty, and nothing that was buffered is kept. */
  end: () => void;
}

/** It fills `box`, and nothing in it can be reached by pointer or keys; null = where nobody sees it. */
export function openPlayer<K extends 'audio' | 'video'>(kind: K, box: Element | null): PlayerFrame<K> {
  const frame = document.createElement('iframe');
  frame.inert = true;
  frame.tabIndex = -1;
  frame.dataset['testid'] = 'player-frame';
  frame.setAttribute('aria-hidden', 'true');
  // The frame of another scheme than the page's would be drawn on white.
  Object.assign(frame.style, box ? WHOLE : NOWHERE, { pointerEvents: 'none', colorScheme: 'normal' });
  (box ?? document.body).append(frame);
  const inside = frame.contentDocument;
  if (!inside) throw new Error('a frame without a document');
  const element = inside.createElement(kind);
  Object.assign(element.style, WHOLE, { objectFit: 'contain' });
  inside.body.append(element);
  return {
    element,
    end: () => {
      element.pause();
      element.removeAttribute('src');
      element.load();
      frame.remove();
    },
  };
}

const WHOLE = { position: 'absolute', inset: '0', width: '100%', height: '100%', border: '0' } as const;
const NOWHERE = { position: 'fixed', width: '0', height: '0', border: '0', visibility: 'hidden' } as const;
