import { useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { useSession } from '../../state/session/session-store.ts';
import { Button } from '../../ui/button.tsx';
import { Card, CardRow } from '../../ui/card.tsx';
import { ManagedNote } from '../../ui/managed-note.tsx';
import { ProblemLine } from '../../ui/problem-line.tsx';
import { useProblem } from '../../ui/use-problem.ts';
import css from './settings.module.css';

/** The file with further authorities, and what is wrong with it. */
export function CertificateFile() {
  const t = useT();
  const network = useSession((state) => state.shell?.network);
  const { problem, run } = useProblem();
  if (!network) return null;
  const { caFile, managed } = network;
  return (
    <>
      <Card>
        <CardRow
          label={t('net.caFile')}
          detail={
            <>
              <bdi>{caFile?.path ?? t('net.ca.none')}</bdi>
              {caFile?.problem && (
                <div role="alert" className={css['problem']}>
                  {t(`net.ca.${caFile.problem}`)}
                </div>
              )}
              {managed.caFile && (
                <div>
                  <ManagedNote />
                </div>
              )}
            </>
          }
        >
          {!managed.caFile && (
            <>
              {caFile && (
                <Button size="small" onClick={() => void run(() => call('network.forgetCaFile', undefined))}>
                  {t('net.ca.forget')}
                </Button>
              )}
              <Button size="small" onClick={() => void run(() => call('network.chooseCaFile', undefined))}>
                {t('net.ca.choose')}
              </Button>
            </>
          )}
        </CardRow>
        <ProblemLine problem={problem} className={css['inCard']} />
      </Card>
      <p className={css['note']}>{t('net.caHint')}</p>
    </>
  );
}
