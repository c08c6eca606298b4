import { expect, it } from 'vitest'
import { kubernetesMinor } from './binaries'

it('develops on 1.37 and takes another version by name', () => {
  expect(kubernetesMinor('')).toBe('1.37')
  expect(kubernetesMinor('1.36')).toBe('1.36')
  expect(kubernetesMinor('v1.37')).toBe('1.37')
})

it('says what can be built when it is asked for anything else', () => {
  expect(() => kubernetesMinor('1.12')).toThrow('it can be 1.36 or 1.37')
})
