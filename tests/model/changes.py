"""What one step changes in a state."""

from tests.model.state import NEVER, MaybeItem, Message, State


def changed(state: State, item: MaybeItem) -> State:
    if item == state.item:
        return state
    advanced = not (item and state.item) or item.generation != state.item.generation
    return state._replace(item=item, created=True, used_at=NEVER if advanced else state.used_at)


def used(state: State, message: Message) -> State:
    if (state.used_at == NEVER and state.item
            and message.pair.generation == state.item.generation):
        return state._replace(used_at=state.now)
    return state


def delivered(state: State, answer: Message, keeps_newest: bool) -> State:
    if answer.sender == "thief":
        return state._replace(stolen=answer.pair)
    return state._replace(held=max(state.held, answer.pair) if keeps_newest else answer.pair)


def without(state: State, index: int) -> State:
    return state._replace(messages=state.messages[:index] + state.messages[index + 1:])


def replaced(state: State, index: int, message: Message) -> State:
    return state._replace(
        messages=state.messages[:index] + (message,) + state.messages[index + 1:])


def with_message(state: State, message: Message) -> State:
    return state._replace(messages=state.messages + (message,))
