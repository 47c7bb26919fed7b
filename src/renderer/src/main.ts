import '@fontsource-variable/inter/wght.css'
import './ui/tokens.css'
import './ui/base.css'
import './ui/print.css'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import { z } from 'zod'
import App from './App.vue'
import { router } from './router.ts'

// The page's security policy forbids code made at run time, which zod would otherwise try.
z.config({ jitless: true })

createApp(App).use(createPinia()).use(router).mount('#app')
