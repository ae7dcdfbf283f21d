// New mail comes by itself, and what somebody is writing stays as it is.
const letters = document.querySelector("#letters");
let shown = "";

async function look() {
  try {
    const answer = await fetch(`/letters?who=${encodeURIComponent(letters.dataset.who)}`);
    const text = await answer.text();
    if (answer.ok && text !== shown) {
      if (shown) letters.innerHTML = text;
      shown = text;
    }
  } catch {
    // The demo has ended, or begins anew: the next look tells.
  }
  setTimeout(look, 1000);
}

look();
