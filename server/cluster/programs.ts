/** The programs of a deployment, by the environment (deploy/README.md), and what is missing here to start one. */
import { mysqlMissing, redisMissing } from '../guard/testing/databases.ts';

export const PROGRAMS = {
  im: process.env['WUKONG_CLUSTER_IM'] ?? '',
  tsdd: process.env['WUKONG_CLUSTER_TSDD'] ?? '',
  /** '': the tests' own object store. */
  minio: process.env['WUKONG_CLUSTER_MINIO'] ?? '',
};

/** In the words that scripts/unit-sum.ts takes for a reason; '' when nothing is missing. */
export const programsMissing: string = !PROGRAMS.im
  ? '(WUKONG_CLUSTER_IM)'
  : !PROGRAMS.tsdd
    ? '(WUKONG_CLUSTER_TSDD)'
    : mysqlMissing !== null || redisMissing !== null
      ? `(skipped: ${mysqlMissing ?? redisMissing})`
      : '';
