import type { Diagnosis, Status } from '../api/types';

/**
 * What an administrator wants to know, as text to send: the cause, what was
 * checked, and the versions. Nothing in it is secret. In English, whatever the
 * page speaks: its reader may be somebody else.
 */
export function reportOf(
  diagnosis: Pick<Diagnosis, 'cause' | 'message' | 'next_step' | 'checks'>,
  status?: Status
): string {
  const lines = [
    'Kubeflow Pipelines from Jupyter: report',
    '',
    `Cause: ${diagnosis.cause}`,
    diagnosis.message
  ];
  if (diagnosis.next_step) {
    lines.push(`Next step: ${diagnosis.next_step}`);
  }
  lines.push('', 'Checked:');
  for (const { title, outcome, detail } of diagnosis.checks) {
    lines.push(`- ${title}: ${outcome}${detail ? `, ${detail}` : ''}`);
  }
  if (status) {
    const { api, release } = status.pipelines;
    lines.push(
      '',
      `Identity: ${status.identity || 'unknown'}`,
      `Pipelines: ${release || 'unknown'} (${api || 'no answer'})`
    );
    for (const [name, version] of Object.entries(status.versions)) {
      lines.push(`${name} ${version}`);
    }
  }
  return `${lines.join('\n')}\n`;
}
