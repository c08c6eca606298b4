import type { KubeObject, Store } from '@/lib/demo/store'
import type { FieldError } from '@/lib/demo/api/status'

/** What a rule may look at besides the object. */
export type RuleContext = { store: Store; now: Date }

/**
 * What the API server does with a kind beyond the rules for all objects. Every part may be absent.
 * The order of a create: defaults, prepare, admit, validate; of an update: defaults, keep, admitUpdate, validateUpdate.
 */
export type KindRules = {
  /** Fills in what was left out. Runs on every write. */
  defaults?(object: KubeObject): void
  /** Sets what a new object may not bring along: its first status, and what the server assigns. */
  prepare?(object: KubeObject, context: RuleContext): void
  /** Mutating admission on create; may throw a StatusError to refuse. */
  admit?(object: KubeObject, context: RuleContext): void
  /** On update: what may not be changed through the object is taken from the old one. */
  keep?(object: KubeObject, old: KubeObject): void
  /** Admission on update; may throw a StatusError to refuse. */
  admitUpdate?(object: KubeObject, old: KubeObject, context: RuleContext): void
  validate?(object: KubeObject): FieldError[]
  validateUpdate?(object: KubeObject, old: KubeObject): FieldError[]
  validateStatus?(object: KubeObject, old: KubeObject): FieldError[]
  /** Whether the generation counts this change; otherwise every change of the spec does. */
  changesGeneration?(object: KubeObject, old: KubeObject): boolean
  /** Warnings for the one who writes. */
  warnings?(object: KubeObject, old: KubeObject | null): string[]
}

export const invalidValue = (field: string, value: unknown, detail: string): FieldError => ({
  field,
  type: 'Invalid',
  value,
  detail,
})
export const required = (field: string, detail = ''): FieldError => ({ field, type: 'Required', detail })
export const forbiddenField = (field: string, detail: string): FieldError => ({ field, type: 'Forbidden', detail })
export const notSupported = (field: string, value: unknown, supported: string[]): FieldError => ({
  field,
  type: 'NotSupported',
  value,
  detail: `supported values: ${supported.map((one) => JSON.stringify(one)).join(', ')}`,
})
export const duplicate = (field: string, value: unknown): FieldError => ({
  field,
  type: 'Duplicate',
  value,
  detail: '',
})

export const IMMUTABLE = 'field is immutable'

/** A number that must not be below zero, if it is there. */
export function notNegative(field: string, value: unknown): FieldError[] {
  return typeof value === 'number' && value < 0
    ? [invalidValue(field, value, 'must be greater than or equal to 0')]
    : []
}
