import { createRoot } from 'react-dom/client';
import './ui/tokens.css';
import './ui/base.css';
import { App } from './app.tsx';
import { followCalendar } from './i18n/calendar.ts';
import { setLanguage } from './i18n/i18n.ts';
import { guardKeys } from './ui/input-method.ts';
import { followPictures } from './state/people/pictures.ts';
import { startSession } from './state/session-lifecycle.ts';
import './state/listening.ts';

const root = document.querySelector('#root');
if (!root) throw new Error('index.html has no #root');
// The shell's answer brings the language in effect; until then the system's decides, so that nothing flashes in the
// wrong one.
setLanguage(navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en');
guardKeys(window);
followPictures();
createRoot(root).render(<App />);
startSession();
// While the answer is on its way: the first use of a calendar takes 10 ms.
followCalendar();
