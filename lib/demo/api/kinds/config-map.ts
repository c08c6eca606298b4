import type { FieldError } from '@/lib/demo/api/status'
import { fieldsAt, sameJson } from '@/lib/demo/api/fields'
import { duplicate, forbiddenField, invalidValue, type KindRules } from './rules'

const MOST_BYTES = 1024 * 1024
const KEY = /^[-._a-zA-Z0-9]{1,253}$/
const KEY_RULE =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"

/** k8s pkg/apis/core/validation ValidateConfigMap. */
export const configMapRules: KindRules = {
  validate(config) {
    const errors: FieldError[] = []
    const data = fieldsAt(config, 'data') ?? {}
    const binary = fieldsAt(config, 'binaryData') ?? {}
    let size = 0
    for (const [field, values] of Object.entries({ data, binaryData: binary }))
      for (const [key, value] of Object.entries(values)) {
        if (!KEY.test(key)) errors.push(invalidValue(`${field}[${key}]`, key, KEY_RULE))
        if (field === 'binaryData' && key in data) errors.push(duplicate(`binaryData[${key}]`, key))
        size += Buffer.byteLength(String(value), field === 'data' ? 'utf8' : 'base64')
      }
    if (size > MOST_BYTES)
      errors.push({ field: '[]', type: 'TooLong', detail: `may not be more than ${MOST_BYTES} bytes` })
    return errors
  },
  validateUpdate(config, old) {
    if (old['immutable'] !== true) return configMapRules.validate?.(config) ?? []
    const errors: FieldError[] = []
    if (config['immutable'] !== true)
      errors.push(forbiddenField('immutable', 'field is immutable when `immutable` is set'))
    for (const field of ['data', 'binaryData'])
      if (!sameJson(config[field], old[field]))
        errors.push(forbiddenField(field, 'field is immutable when `immutable` is set'))
    return [...errors, ...(configMapRules.validate?.(config) ?? [])]
  },
}
