/**
 * What names, labels and finalizers may look like, and the sentences that say what is wrong with them
 * (k8s apimachinery pkg/util/validation and pkg/api/validate/content).
 */
const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const subdomain = `${label}(\\.${label})*`
const qualifiedName = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'

const whole = (pattern: string) => new RegExp(`^${pattern}$`)
const LABEL = whole(label)
const SUBDOMAIN = whole(subdomain)
const QUALIFIED = whole(qualifiedName)

const rule = (text: string, pattern: string, ...examples: string[]) =>
  `${text} (${examples.length > 0 ? `e.g. ${examples.map((one) => `'${one}'`).join(',  or ')}, ` : ''}regex used for validation is '${pattern}')`

const tooLong = (limit: number, unit: 'characters' | 'bytes' = 'bytes') => `must be no more than ${limit} ${unit}`

function check(text: string, limit: number, pattern: RegExp, message: string): string[] {
  const problems = text.length > limit ? [tooLong(limit, 'characters')] : []
  if (!pattern.test(text)) problems.push(message)
  return problems
}

const LABEL_TEXT = rule(
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  label,
  'my-name',
  '123-abc',
)
const SUBDOMAIN_TEXT = rule(
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  subdomain,
  'example.com',
)
const QUALIFIED_TEXT = rule(
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  qualifiedName,
  'MyName',
  'my.name',
  '123-abc',
)
const LABEL_VALUE_TEXT = rule(
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  `(${qualifiedName})?`,
  'MyValue',
  'my_value',
  '12345',
)

/** Each returns the problems found, none when the text is well. */
export const problemsOfLabel = (text: string) => check(text, 63, LABEL, LABEL_TEXT)
export const problemsOfSubdomain = (text: string) => check(text, 253, SUBDOMAIN, SUBDOMAIN_TEXT)

/** A label key, an annotation key or a finalizer: an optional prefix that is a subdomain, and a name. */
export function problemsOfQualifiedName(text: string): string[] {
  const parts = text.split('/')
  if (parts.length > 2) {
    return [
      `a valid label key ${QUALIFIED_TEXT} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ]
  }
  const name = parts.at(-1) ?? ''
  const prefix = parts.length === 2 ? (parts[0] ?? '') : null
  const problems: string[] = []
  if (prefix === '') problems.push('prefix part must be non-empty')
  else if (prefix !== null) problems.push(...problemsOfSubdomain(prefix).map((one) => `prefix part ${one}`))
  if (name === '') problems.push('name part must be non-empty')
  else if (name.length > 63) problems.push(`name part ${tooLong(63)}`)
  if (!QUALIFIED.test(name)) problems.push(`name part ${QUALIFIED_TEXT}`)
  return problems
}

export function problemsOfLabelValue(text: string): string[] {
  const problems = text.length > 63 ? [tooLong(63)] : []
  if (text !== '' && !QUALIFIED.test(text)) problems.push(LABEL_VALUE_TEXT)
  return problems
}

/** What may stand in a path at all: anything that cannot be mistaken for another path. */
export function problemsOfPathSegment(text: string): string[] {
  if (text === '.' || text === '..') return [`may not be '${text}'`]
  return ['/', '%'].filter((sign) => text.includes(sign)).map((sign) => `may not contain '${sign}'`)
}
