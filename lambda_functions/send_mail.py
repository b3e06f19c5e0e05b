"""sendMail: does an errand that a route has posted, and answers nobody.

It looks the address up, mints the link that the occasion calls for, and hands the mail to Amazon
SES, unless there has been enough of it. A notice of what was changed has no link. Errors: 400
invalid_request (the event is no errand); 503 mail_not_configured, unavailable. Whatever fails, SES
included, fails the invocation: Lambda repeats it twice, then drops the errand.
"""

from shared.gateway import asynchronous
from shared.gateway.asynchronous import Task
from shared.mail import errands
from shared.wiring.services import Services


def send_mail(task: Task, services: Services) -> None:
    errand = errands.parse(task.event)
    task.about["occasion"] = errand.occasion.value
    event, about = services.delivery.do(errand)
    task.record(event, **about)


handler = asynchronous.task(send_mail, "delivery", failure="mail_not_sent")
