/** Colours and other escape sequences of terminals: they mean nothing here. */

const escapes = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g

const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u200b-\u200f\u2028\u2029\ufeff]/g

/**
 * A line of a log as text that cannot deceive: escape sequences are dropped, control characters and those that hide or
 * turn text around become visible as `␍` or `<U+202E>`.
 */
export function plainText(line: string): string {
  return line.replace(escapes, '').replace(controls, (character) => {
    const code = character.codePointAt(0) ?? 0
    return code < 0x20 ? String.fromCodePoint(0x2400 + code) : `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`
  })
}
