import { createHash } from 'node:crypto'

/** What a registry would answer for an image, made up from its name: the demo has no network. */

const reference =
  /^[a-z0-9]+(?:[._-][a-z0-9]+)*(?::\d+)?(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*(?::[\w][\w.-]{0,127})?(?:@sha256:[a-f0-9]{64})?$/
const absent = /no-such|missing|does-not-exist|doesnotexist|not-found|nonexistent|broken|typo|nope|invalid/

/** Whether the name is one that a registry could know at all. */
export const isWellFormed = (image: string): boolean => reference.test(image)

/** Images whose name says that they are missing cannot be pulled. */
export const exists = (image: string): boolean => !absent.test(image)

/** The name in full: `docker.io/library/nginx:latest`. */
export function fullName(image: string): string {
  const slash = image.indexOf('/')
  const host = image.slice(0, Math.max(0, slash))
  const withHost = /[.:]|^localhost$/.test(host) ? image : `docker.io/${slash < 0 ? 'library/' : ''}${image}`
  return /:[^/]+$|@/.test(withHost) ? withHost : `${withHost}:latest`
}

const digest = (image: string) => createHash('sha256').update(fullName(image)).digest('hex')

export const imageId = (image: string): string =>
  `${fullName(image).replace(/(:[^/:@]+)?(@.*)?$/, '')}@sha256:${digest(image)}`
export const sizeOf = (image: string): number =>
  20_000_000 + (Number.parseInt(digest(image).slice(0, 7), 16) % 180_000_000)

/** Seconds of a first pull, at two hundred megabytes a second. */
export const pullSeconds = (image: string): number => 0.5 + sizeOf(image) / 200_000_000

/** What containerd says when a tag is not there. */
export const pullError = (image: string): string => {
  const name = fullName(image)
  return `rpc error: code = NotFound desc = failed to pull and unpack image "${name}": failed to resolve reference "${name}": ${name}: not found`
}
