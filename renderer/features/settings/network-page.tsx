import { useT } from '../../i18n/i18n.ts';
import { CertificateFile } from './certificate-file.tsx';
import { ProxyForm } from './proxy-form.tsx';
import { ProxySignIns } from './proxy-sign-ins.tsx';
import css from './settings.module.css';

/** The proxy, who signs in to it, and further certificate authorities. */
export function NetworkPage() {
  const t = useT();
  return (
    <>
      <h2 className={css['section']}>{t('net.proxy')}</h2>
      <ProxyForm />
      <h2 className={css['section']}>{t('net.signIns')}</h2>
      <ProxySignIns />
      <h2 className={css['section']}>{t('net.ca')}</h2>
      <CertificateFile />
    </>
  );
}
