/** A piece of a document that a program writes: `<!-- NAME -->` … `<!-- /NAME -->`, in a line or around lines. */
const marked = /<!-- ([a-z-]+) -->([\s\S]*?)<!-- \/\1 -->/g

/** The document with every marked piece written anew, and the names that no generator knows. */
export function written(
  text: string,
  generators: Readonly<Record<string, () => string>>,
): { text: string; unknown: string[] } {
  const unknown: string[] = []
  const next = text.replaceAll(marked, (whole: string, name: string, before: string) => {
    const generator = Object.hasOwn(generators, name) ? generators[name] : undefined
    if (generator === undefined) {
      unknown.push(name)
      return whole
    }
    const made = generator()
    return before.includes('\n') || made.includes('\n')
      ? `<!-- ${name} -->\n${made}\n<!-- /${name} -->`
      : `<!-- ${name} -->${made}<!-- /${name} -->`
  })
  return { text: next, unknown }
}
