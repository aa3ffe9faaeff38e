import { Check, CircleAlert } from 'lucide-react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { NetworkTest } from '../../../shared/ipc/contract/network.ts';
import { CodedError } from '../../../shared/ipc/result.ts';
import type { NetworkConfig } from '../../../shared/network.ts';
import { type Translate, useT } from '../../i18n/i18n.ts';
import { call } from '../../state/bridge.ts';
import { useSession } from '../../state/session/session-store.ts';
import { proxyFaultText } from '../../text/proxy-fault.ts';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { cx } from '../../ui/cx.ts';
import { Icon } from '../../ui/icon.tsx';
import { ProblemLine } from '../../ui/problem-line.tsx';
import { ManagedNote } from '../../ui/managed-note.tsx';
import { SegmentedChoice } from '../../ui/segmented-choice.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { showToast } from '../../ui/toast.tsx';
import { useProblem } from '../../ui/use-problem.ts';
import { focusWrongField } from '../../ui/wrong-field.ts';
import css from './proxy-form.module.css';

const HINTS = {
  none: 'net.mode.noneHint',
  system: 'net.mode.systemHint',
  manual: 'net.mode.manualHint',
} as const;
const FIELD_ERRORS = { host: 'net.badHost', port: 'net.badPort', pacUrl: 'net.badPac' } as const;
type Field = keyof typeof FIELD_ERRORS;

/** Which proxy, with a test of what is typed before it is kept. */
export function ProxyForm() {
  const t = useT();
  const network = useSession((state) => state.shell?.network);
  return network ? (
    // Another one is in effect (a policy, another window): typed words make room for it.
    <Form key={JSON.stringify(network.config)} kept={network.config} managed={network.managed.proxy} t={t} />
  ) : null;
}

function Form({ kept, managed, t }: { kept: NetworkConfig; managed: boolean; t: Translate }) {
  const [typed, setTyped] = useState(kept);
  const [wrong, setWrong] = useState<Field | null>(null);
  const [tested, setTested] = useState<NetworkTest | 'testing' | null>(null);
  const { problem, run, clear } = useProblem();
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (wrong !== null) focusWrongField(form.current);
  }, [wrong]);
  const change = (patch: Partial<NetworkConfig>): void => {
    setTyped((before) => ({ ...before, ...patch }));
    setWrong(null);
    setTested(null);
    clear();
  };
  const keep = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (managed) return;
    setWrong(null);
    try {
      await call('network.save', typed);
      showToast({ text: t('net.saved'), tone: 'success' });
    } catch (error) {
      const field = error instanceof CodedError ? error.field : undefined;
      if (field !== undefined && field in FIELD_ERRORS) setWrong(field as Field);
      else await run(() => Promise.reject(error));
    }
  };
  const test = async (): Promise<void> => {
    setTested('testing');
    const done = await run(async () => setTested(await call('network.test', { config: typed, server: '' })));
    if (!done) setTested(null);
  };
  const error = (field: Field): string | undefined => (wrong === field ? t(FIELD_ERRORS[field]) : undefined);
  return (
    <Card>
      <form ref={form} className={css['form']} noValidate onSubmit={(event) => void keep(event)}>
        <SegmentedChoice
          label={t('net.mode')}
          disabled={managed}
          selected={typed.mode}
          onSelect={(mode) => change({ mode })}
          options={(['none', 'system', 'manual'] as const).map((id) => ({ id, label: t(`net.mode.${id}`) }))}
        />
        <p className={css['hint']}>{managed ? <ManagedNote /> : t(HINTS[typed.mode])}</p>
        {typed.mode === 'manual' && (
          <>
            <SegmentedChoice
              label={t('net.kind')}
              disabled={managed}
              selected={typed.kind}
              onSelect={(kind) => change({ kind })}
              options={(['http', 'socks5', 'pac'] as const).map((id) => ({ id, label: t(`net.kind.${id}`) }))}
            />
            {typed.kind === 'pac' ? (
              <TextField
                label={t('net.pacUrl')}
                name="pacUrl"
                size="small"
                inputMode="url"
                spellCheck={false}
                readOnly={managed}
                value={typed.pacUrl}
                maxLength={2_000}
                error={error('pacUrl')}
                onChange={(event) => change({ pacUrl: event.target.value })}
              />
            ) : (
              <div className={css['address']}>
                <TextField
                  label={t('net.host')}
                  name="host"
                  size="small"
                  spellCheck={false}
                  readOnly={managed}
                  value={typed.host}
                  maxLength={253}
                  className={css['host']}
                  error={error('host')}
                  onChange={(event) => change({ host: event.target.value })}
                />
                <TextField
                  label={t('net.port')}
                  name="port"
                  size="small"
                  inputMode="numeric"
                  readOnly={managed}
                  value={typed.port === 0 ? '' : String(typed.port)}
                  className={css['port']}
                  error={error('port')}
                  onChange={(event) => change({ port: portOf(event.target.value) })}
                />
              </div>
            )}
          </>
        )}
        <ProblemLine problem={problem} />
        <div className={css['foot']}>
          <TestNote tested={tested} />
          <Button busy={tested === 'testing'} onClick={() => void test()}>
            {t('net.test')}
          </Button>
          {!managed && (
            <Button type="submit" variant="primary">
              {t('net.save')}
            </Button>
          )}
        </div>
      </form>
    </Card>
  );
}

const portOf = (typed: string): number => Math.min(65_535, Number(typed.replace(/\D/g, '').slice(0, 5)));

function TestNote({ tested }: { tested: NetworkTest | 'testing' | null }) {
  const t = useT();
  const text = tested === null || tested === 'testing' ? '' : testText(tested, t);
  const good = tested !== null && tested !== 'testing' && tested.result === 'ok';
  return (
    <span role="status" className={cx(css['note'], text !== '' && css[good ? 'good' : 'bad'])}>
      {text !== '' && <Icon of={good ? Check : CircleAlert} size={14} />}
      {text}
    </span>
  );
}

function testText(tested: NetworkTest, t: Translate): string {
  if (tested.result === 'proxy') return proxyFaultText(tested.fault, t);
  if (tested.result === 'failed')
    return t(tested.certificate ? 'net.testCertificate' : 'net.testFailed', { server: tested.server });
  const direct = tested.way.trim().startsWith('DIRECT');
  return t(direct ? 'net.testDirect' : 'net.testOk', { n: Math.round(tested.ms) });
}
