"""A small teaching, written for these tests: three queues, three priorities, two signals."""

from __future__ import annotations

from triage.core.teaching import CounterExample, Label, Teaching


def label(
    name: str, description: str, *examples: str, against: tuple[CounterExample, ...] = ()
) -> Label:
    """Make a label."""
    return Label(
        name=name,
        title=name.title(),
        description=description,
        examples=examples,
        counter_examples=against,
    )


SMALL = Teaching(
    queues=(
        label(
            "garden",
            "Plants, seeds and everything that grows.",
            "My tomato seedlings have yellow leaves.",
            "When should I prune the roses?",
            "The lavender you sent has dried out.",
            "Which soil do blueberries want?",
            "Slugs have eaten all of my lettuce.",
            "Do you have seeds for sunflowers?",
            "How often do I water a lemon tree?",
            "The hedge has stopped growing since May.",
            against=(
                CounterExample("The payment page asks for my card again and again.", "money"),
            ),
        ),
        label(
            "money",
            "Invoices, payments and refunds.",
            "I was charged twice this month.",
            "Please send the invoice to our accountant.",
            "Where is my refund?",
            "The discount was not taken off the total.",
            "Can I pay by bank transfer?",
            "My credit card was declined.",
            "The amount on the bill is wrong.",
            "We need a receipt with the VAT number.",
        ),
        label(
            "travel",
            "Trains, flights and hotels.",
            "My train to Lyon was cancelled.",
            "Can I take a bicycle on the ferry?",
            "The hotel gave our room to somebody else.",
            "Which platform does the night train leave from?",
            "I missed the connecting flight in Oslo.",
            "Is breakfast part of the booking?",
            "How much luggage may I take on the plane?",
            "The airport bus never came.",
        ),
    ),
    priorities=(
        label(
            "low",
            "No hurry.",
            "Thank you, everything is lovely.",
            "Just a suggestion for next year.",
            "Please take me off the catalogue list.",
            "What a nice shop you have.",
        ),
        label(
            "normal",
            "An ordinary question.",
            "Which size do I need?",
            "Where can I find the manual?",
            "Could you tell me the delivery costs?",
            "I'd like to change my address.",
        ),
        label(
            "urgent",
            "Danger, or lost for good today.",
            "The plug caught fire last night.",
            "Somebody is using my account right now.",
            "We are locked out and the baby is inside.",
            "The heater smells of gas.",
        ),
    ),
    signals=(
        label(
            "danger",
            "Somebody may be hurt.",
            "The lamp gave me an electric shock.",
            "The shelf fell on my daughter.",
            "Smoke comes out of the charger.",
            "The glass burst and cut my hand.",
            "The pot handle melted and burned me.",
            "My son nearly choked on a loose part.",
            against=(
                CounterExample("The price gave me a shock."),
                CounterExample("Your sale is on fire!"),
                CounterExample("The colour is a killer."),
            ),
        ),
        label(
            "praise",
            "Somebody is happy.",
            "Your team was wonderful.",
            "Thank you so much, it is perfect!",
            "Best shop I know.",
            "I am delighted with the chair.",
            "The driver was so kind to us.",
            "Everything arrived early, great work.",
            against=(
                CounterExample("Great, it broke again. Well done."),
                CounterExample("Thanks in advance for a quick refund."),
            ),
        ),
    ),
)
