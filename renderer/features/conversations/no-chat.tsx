import { useT } from '../../i18n/i18n.ts';
import { useMe } from '../../state/session/session-store.ts';
import { useKeys } from '../../state/window/keys.ts';
import { Kbd } from '../../ui/kbd.tsx';
import { Logo } from '../../ui/logo.tsx';
import { FirstMinute } from './first-minute.tsx';
import { useAlone } from './use-alone.ts';
import css from './no-chat.module.css';

/** Nothing open, and perhaps nobody to write to yet. */
export function NoChat() {
  const me = useMe();
  const alone = useAlone();
  return me && alone ? <FirstMinute me={me} /> : <PickOne />;
}

/** Nothing open: the mark, one sentence, three shortcuts. */
function PickOne() {
  const t = useT();
  const keys = useKeys();
  const rows = [
    { text: t('empty.pickSwitch'), keys: keys('palette') },
    { text: t('empty.pickNew'), keys: keys('newGroup') },
    { text: t('empty.pickSearch'), keys: keys('searchAll') },
  ].filter((row) => row.keys !== '');
  return (
    <div className={css['empty']}>
      <Logo size={96} className={css['mark']} />
      <h1 className={css['pick']}>{t('empty.pick')}</h1>
      <dl className={css['keys']}>
        {rows.map((row) => (
          <div key={row.keys}>
            <dt>{row.text}</dt>
            <dd>
              <Kbd>{row.keys}</Kbd>
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
