import { cleanup } from '@testing-library/react'
import { afterEach, vi } from 'vitest'

/** Runs before each test of components. What a test rendered, and what it put in the place of globals, ends with it. */
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

// A DOM without layout has none of these; the components ask for them and do without.
Element.prototype.scrollIntoView ??= () => {}
Element.prototype.hasPointerCapture ??= () => false
Element.prototype.setPointerCapture ??= () => {}
Element.prototype.releasePointerCapture ??= () => {}
globalThis.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
}
