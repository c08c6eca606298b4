import type { Answer, Json } from './client'

/**
 * Who owns what, as two clusters can agree on it: entries without their times, but whether they have one. The digest leaves
 * `metadata.managedFields` out everywhere else.
 */
export function owners(answer: Answer): unknown {
  const entries = answer.at('metadata.managedFields')
  if (!Array.isArray(entries)) return answer.code < 300 ? 'nobody' : answer
  return (
    (entries as Json[])
      // When the controllers write is their own affair.
      .filter(({ manager }) => manager !== 'kube-controller-manager')
      .map(({ manager, operation, apiVersion, subresource, time, fieldsType, fieldsV1, ...rest }) => ({
        who: [manager, operation, apiVersion, subresource ?? ''].join(' '),
        ...(fieldsType === 'FieldsV1' ? {} : { fieldsType }),
        ...(typeof time === 'string' ? {} : { timeless: true }),
        ...rest,
        fields: fieldsV1,
      }))
      .sort((a, b) => (a.who < b.who ? -1 : 1))
  )
}

/** The time of the entry of a manager. */
export const timeOf = (answer: Answer, manager: string): unknown =>
  (answer.at('metadata.managedFields') as Json[]).find((entry) => entry['manager'] === manager)?.['time']
