import { createRoot, type Root } from 'react-dom/client';
import './ui/fonts.css';
import './ui/tokens.css';
import './ui/base.css';
import { App } from './app.tsx';
import { followCalendar } from './i18n/calendar.ts';
import { setLanguage } from './i18n/i18n.ts';
import { guardKeys } from './ui/input-method.ts';
import { keepFocus } from './ui/kept-focus.ts';
import { systemName } from './ui/system-name.ts';
import { followPictures } from './state/people/pictures.ts';
import { startSession } from './state/session-lifecycle.ts';
import { useSession } from './state/session/session-store.ts';
import './state/listening.ts';

const root = document.querySelector<HTMLElement>('#root');
if (!root) throw new Error('index.html has no #root');
document.documentElement.dataset['system'] = systemName(navigator.platform);
// The shell's answer brings the language in effect; until then the system's decides, so that nothing flashes in the
// wrong one.
setLanguage(navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en');
guardKeys(window);
keepFocus(root);
followPictures();
startSession();
draw(createRoot(root));
// While the answer is on its way: the first use of a calendar takes 10 ms.
followCalendar();

/** Longer than the shell takes to answer. */
const UNANSWERED_MS = 250;

/**
 * Before the shell has answered nothing is to be seen: the first drawing is the one with what it says. An empty one
 * would keep the answer waiting, as it takes the time in which React's own code is compiled.
 */
function draw(page: Root): void {
  const begin = (): void => {
    unfollow();
    window.clearTimeout(late);
    page.render(<App />);
  };
  const late = window.setTimeout(begin, UNANSWERED_MS);
  const unfollow = useSession.subscribe(({ phase }) => phase !== 'starting' && begin());
}
