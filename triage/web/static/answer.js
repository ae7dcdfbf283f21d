// Where somebody writes.
import { all, at, say } from "./app.js"

const path = (form, last) => form.getAttribute("action").replace(/[^/]*$/, last)
const kept = (form) => path(form, form.dataset.form)
const words = () => at("#composer").dataset
const timers = new WeakMap()

// A form is told pieces of itself as HTML, and values of its fields.
function show(form, { parts, values }) {
  for (const name in parts) at(name, form).innerHTML = parts[name]
  for (const name in values) if (form.elements[name]) form.elements[name].value = values[name]
  mirror(form)
}
async function ask(form, url, body, more) {
  const answer = await fetch(url, { method: "POST", body, headers: { Accept: "application/json" }, ...more })
  const told = await answer.json()
  if (told.error) throw Error(told.error)
  show(form, told)
  return told
}
const failed = (error) => say(error instanceof TypeError ? at("#said").dataset.lost : error.message)

// The same text lies behind the text: it grows, and marks what is not filled in.
function mirror(form) {
  const under = at(".mirror", form)
  under.textContent = form.elements.text.value + "\n "
  under.innerHTML = under.innerHTML.replace(/\{\{.*?\}\}/g, "<mark>$&</mark>")
}
async function save(form, more) {
  clearTimeout(timers.get(form))
  if (!timers.delete(form)) return
  const data = new FormData(form)
  data.delete("file")
  try {
    await ask(form, path(form, "draft"), data, more)
    localStorage.removeItem(kept(form))
  } catch {
    localStorage.setItem(kept(form), data.get("text"))
    at(".saved", form).textContent = words().unsaved
    timers.set(form, setTimeout(save, 9000, form))
  }
}
function touched(form) {
  clearTimeout(timers.get(form))
  timers.set(form, setTimeout(save, form.dataset.began ? 2000 : 200, form))
  form.dataset.began = 1
  mirror(form)
}
function rested(form) {
  clearTimeout(timers.get(form))
  timers.delete(form)
  delete form.dataset.began
  localStorage.removeItem(kept(form))
}

function take(form, files) {
  for (const file of files) {
    if (file.size > words().room) return say(words().large.replace("%", file.name))
    const bar = document.createElement("progress"), sent = new XMLHttpRequest()
    at(".files", form).after(bar)
    sent.upload.onprogress = (event) => (bar.value = event.loaded / event.total)
    sent.onloadend = () => {
      bar.remove()
      const told = sent.status ? JSON.parse(sent.response) : { error: at("#said").dataset.lost }
      told.error ? say(told.error) : show(form, told)
    }
    sent.open("POST", path(form, `attachment?form=${form.dataset.form}&name=${encodeURIComponent(file.name)}`))
    sent.send(file)
  }
}

// The time to call a mail back stands still while somebody is at it.
function undoable(form, { mail, seconds, text }) {
  const toast = document.createElement("div"), body = () => new URLSearchParams({ mail, form: form.dataset.form })
  let left = seconds
  toast.className = "toast"
  toast.innerHTML = text
  at("#toasts").replaceChildren(toast)
  const clock = setInterval(() => {
    if (!toast.matches(":hover, :focus-within")) left--
    else if (left < 6) ask(form, path(form, "hold"), body()).then(() => (left = seconds), () => (left = 0))
    at("b", toast).textContent = left
    left > 0 || end()
  }, 1000)
  const end = () => (clearInterval(clock), toast.remove(), thread(form))
  at("button", toast).onclick = () =>
    ask(form, path(form, "take-back"), body()).then(() => (form.dataset.began = 1), failed).then(end)
}
const thread = (form) =>
  htmx.ajax("GET", path(form, "").slice(0, -1), { target: "#thread", select: "#thread", swap: "outerHTML" })

addEventListener("submit", async (event) => {
  const form = event.target, key = event.submitter
  if (!form.matches(".writing")) return
  event.preventDefault()
  clearTimeout(timers.get(form))
  try {
    const told = await ask(form, key.getAttribute("formaction") || form.getAttribute("action"), new FormData(form, key))
    say("")
    if (told.rests) rested(form)
    if (told.go) location = told.go
    if (told.mail) undoable(form, told)
    if (told.thread) thread(form)
    at(".held a", form)?.focus()
  } catch (error) {
    failed(error)
    touched(form)
  }
})

const on = (names, does) => names.split(" ").forEach((name) => addEventListener(name, (event) => {
  const form = event.target.closest?.(".writing")
  if (form) does(event, form, event.target)
}, true))

on("input", (event, form, field) => {
  if (field.type === "file") take(form, field.files), (field.value = "")
  else if (field.type !== "search") touched(form)
  else for (const li of all("li", field.parentNode)) li.hidden = !li.textContent.toLowerCase().includes(field.value.toLowerCase())
})
on("paste dragover drop", (event, form) => {
  const { types, files } = event.clipboardData || event.dataTransfer
  if (!at(".files", form) || !types.includes("Files") || types.includes("text/plain")) return
  event.preventDefault()
  take(form, files)
})
on("keydown", (event, form, field) => {
  const press = (selector) => (event.preventDefault(), at(selector, form)?.click())
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) press(event.shiftKey ? ".owing button" : ".send .main")
  if (event.key === ";" && field.name === "text" && /(^|\n)$/.test(field.value.slice(0, field.selectionStart))) press(".macros summary")
})
on("toggle", (event, form, details) => details.open && at("input, select", details).focus())
on("click", async (event, form, button) => {
  const { add, macro, edit } = button.dataset, { text, to, cc } = form.elements
  if (add) {
    const field = to.value ? cc : to
    field.value += (field.value && ", ") + add
    touched(form)
  }
  if (edit == null && !macro) return
  event.preventDefault()
  if (macro) {
    const told = await (await fetch(path(form, `macro?name=${macro}`))).json()
    if (text.value === form.dataset.fresh) text.value = told.text
    else text.setRangeText(told.body, text.selectionStart, text.selectionEnd, "end")
    button.closest("details").open = false
    touched(form)
  } else at(".held", form).remove()
  text.focus()
  const gap = text.value.indexOf("{{")
  if (gap >= 0) text.setSelectionRange(gap, text.value.indexOf("}}") + 2)
})
addEventListener("click", ({ target, detail, isTrusted }) => {
  if (target.name !== "writes" || (!detail && isTrusted)) return
  const text = at(`#${target.value}-text`), gap = text.value.indexOf("\n\n\n") + 2
  text.focus()
  if (gap > 1) text.setSelectionRange(gap, gap)
})
addEventListener("visibilitychange", () => all(".writing").map((form) => save(form, { keepalive: true })))

// Once for every form that comes: what this browser alone has is put back.
function arrive() {
  for (const form of all(".writing:not([data-ready])")) {
    const only = localStorage.getItem(kept(form))
    form.dataset.ready = 1
    mirror(form)
    if (only) form.elements.text.value = only, touched(form)
  }
}
new MutationObserver(arrive).observe(document.body, { childList: true, subtree: true })
arrive()
