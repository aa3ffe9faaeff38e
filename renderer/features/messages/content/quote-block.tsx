import { RotateCcw } from 'lucide-react';
import type { QuoteView } from '../../../../shared/domain.ts';
import { wordedDigest } from '../../../../shared/strings/digest.ts';
import { useLanguage, useT } from '../../../i18n/i18n.ts';
import { useSelf } from '../../../state/session/session-store.ts';
import { cx } from '../../../ui/cx.ts';
import { Icon } from '../../../ui/icon.tsx';
import css from './quote-block.module.css';

/** The quote above a message's text, resolved live: what was recalled shows nothing of its content. */
export function QuoteBlock({
  quote,
  onJump,
  tabIndex,
}: {
  quote: QuoteView;
  onJump: () => void;
  tabIndex: 0 | -1;
}) {
  const t = useT();
  const language = useLanguage();
  const self = useSelf();
  if (quote.state === 'ok') {
    return (
      <button type="button" className={css['quote']} tabIndex={tabIndex} onClick={onJump} data-testid="quote">
        <b className="ellipsis">
          <bdi>{quote.fromName}</bdi>
        </b>
        <bdi className="ellipsis">{wordedDigest(language, { ...quote, text: quote.preview }, self)}</bdi>
      </button>
    );
  }
  const text = t(quote.state === 'recalled' ? 'quote.gone' : 'quote.missing');
  return (
    <button
      type="button"
      className={cx(css['quote'], css['quoteGone'])}
      tabIndex={tabIndex}
      // There is no place to go to for a message that is not there.
      disabled={quote.state === 'missing'}
      onClick={onJump}
      data-testid="quote"
      data-state={quote.state}
    >
      {quote.state === 'recalled' && <Icon of={RotateCcw} size={14} />}
      {text}
    </button>
  );
}
