const label = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/
const subdomain = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/
const qualifiedTail = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/

/** A DNS label as namespaces and containers are named (k8s apimachinery/pkg/util/validation `IsDNS1123Label`). */
export function isLabel(text: string): boolean {
  return text.length <= 63 && label.test(text)
}

/** A DNS subdomain as objects are named (k8s apimachinery/pkg/util/validation `IsDNS1123Subdomain`). */
export function isObjectName(text: string): boolean {
  return text.length <= 253 && subdomain.test(text)
}

/** `example.com/name` or a bare name (k8s `IsQualifiedName`, the grammar of finalizers). */
export function isQualifiedName(text: string): boolean {
  const slash = text.indexOf('/')
  if (slash !== text.lastIndexOf('/')) return false
  const name = text.slice(slash + 1)
  return (slash === -1 || isObjectName(text.slice(0, slash))) && name.length <= 63 && qualifiedTail.test(name)
}

/** A number of a TCP port, 1 to 65535. */
export function isPort(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= 65535
}
