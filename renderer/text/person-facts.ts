/** What tells people of one name apart: what they call themselves, their number. */
import type { ContactView } from '../../shared/domain.ts';
import type { Translate } from '../../shared/strings/index.ts';

type Told = Pick<ContactView, 'name' | 'remark' | 'shortNo' | 'username'>;

export const personFacts = (t: Translate, { name, remark, shortNo = '', username }: Told): string[] => [
  remark ? name : '',
  shortNo && t('prof.shortNo', { no: shortNo }),
  username,
];
