/** Arabic: ideas, read, endorsed and written at the kiosk. */
export const WORDS = {
  "offer.vote": "التصويت", "offer.ideas": "الأفكار",
  "ideas.lists": "أي أفكار؟", "ideas.lists.back": "أفكار أخرى", "ideas.count": { zero: "لا فكرة", one: "فكرة واحدة", two: "فكرتان", few: "{n} أفكار", many: "{n} فكرة", other: "{n} فكرة" },
  "ideas.lead": "المس فكرة لقراءتها وتأييدها.", "ideas.lead.read": "المس فكرة لقراءتها.", "ideas.some": "هنا {n} من {of}، اختيرت بالقرعة؛ وكلها على الموقع.",
  "ideas.none": "لا توجد أفكار بعد. قد تكون فكرتك الأولى.", "ideas.number": "الفكرة {n}", "ideas.mine": "أنت تؤيدها", "ideas.mine.so": "أنت تؤيد هذه الفكرة.",
  "ideas.pages": "الصفحات", "ideas.page": "الصفحة {at} من {of}", "ideas.before": "السابق", "ideas.after": "التالي", "ideas.leave": "مغادرة", "ideas.write": "كتابة فكرة", "ideas.all": "كل الأفكار",
  "ideas.endorse": "تأييد هذه الفكرة", "ideas.unendorse": "سحب التأييد",
  "ideas.saved.given": "أنت تؤيد هذه الفكرة. يحسب تأييدك عند عودة الشبكة.", "ideas.saved.withdrawn": "لم تعد تؤيد هذه الفكرة.",
  "ideas.refused.too_many": { one: "لكل شخص تأييد فكرة واحدة على الأكثر. اسحب تأييدك أولا.", two: "لكل شخص تأييد فكرتين على الأكثر. اسحب تأييدا أولا.", few: "لكل شخص تأييد {n} أفكار على الأكثر. اسحب تأييدا أولا.", many: "لكل شخص تأييد {n} فكرة على الأكثر. اسحب تأييدا أولا.", other: "لكل شخص تأييد {n} فكرة على الأكثر. اسحب تأييدا أولا." },
  "ideas.pass.lead": "ليحسب كل شخص مرة واحدة. ضع رمز بطاقتك أمام الكاميرا، أو اكتبه.", "ideas.pass.lead.typed": "ليحسب كل شخص مرة واحدة. اكتب الرمز المطبوع على بطاقتك.",
  "ideas.refused.title": "هذه البطاقة غير مقبولة", "ideas.refused.not_open": "لا يقبل هذا الجهاز شيئا الآن. احتفظ ببطاقتك واسأل فريق الاجتماع.",

  "ideas.write.title": "فكرتك", "ideas.write.lead": "سيتمكن الجميع من قراءتها.",
  "ideas.field.title": "في جملة واحدة", "ideas.field.title.how": "ما الذي ينبغي فعله، وأين؟ {n} علامة على الأكثر.",
  "ideas.field.body": "ماذا بالضبط، ولماذا؟", "ideas.field.body.how": "بكلماتك، {n} علامة على الأكثر.",
  "ideas.field.name": "الاسم الظاهر", "ideas.field.name.how": "يمكنك تركه فارغا.",
  "ideas.read_again": "مراجعة", "ideas.fault.no_title": "الجملة ناقصة.", "ideas.fault.no_body": "النص ناقص: تكفي بضع كلمات.",
  "ideas.fault.long_title": "الجملة طويلة جدا. اختصرها.", "ideas.fault.long_body": "النص طويل جدا. اختصره.",
  "ideas.check": "هل هذا صحيح؟", "ideas.check.lead": "بعد الإرسال لا يستطيع هذا الجهاز تغييرها.", "ideas.by": "من", "ideas.by.nobody": "من دون اسم", "ideas.change": "تغيير", "ideas.send": "إرسال فكرتي",
  "ideas.done": "حفظت فكرتك.", "ideas.done.later": "ستصل عند عودة الشبكة، ثم تظهر بين الأفكار الأخرى على الموقع.",

  "ideas.unsaved.full": "ذاكرة هذا الجهاز ممتلئة. لم يحفظ شيء.", "ideas.unsaved.storage": "لم يستطع هذا الجهاز حفظها.",
  "ideas.unsaved.stopped": "أوقف هذا الجهاز للتو. لم يحفظ شيء.", "ideas.unsaved.do": "توجه إلى جهاز آخر، أو اسأل فريق الاجتماع.",
  "ideas.call.kept": "ما كنت تفعله مخفي ويبقى كما هو. لا يراه أحد.", "ideas.call.go_on": "العودة إلى الأفكار",
  "ideas.rest.closed.prepared": "لم يفتح هذا الجهاز بعد.", "ideas.rest.closed.paused": "هذا الجهاز متوقف مؤقتا.", "ideas.rest.closed.closed": "أغلق هذا الجهاز.",
  "ideas.rest.away": "لم يعد هذا الجهاز يقبل شيئا.", "ideas.rest.out.do": "توجه إلى جهاز آخر، أو اسأل فريق الاجتماع.",
  "typing.keys": "المفاتيح", "typing.shift": "حرف كبير", "typing.space": "مسافة", "typing.line": "سطر جديد", "typing.erase": "محو علامة واحدة", "typing.next": "الحقل التالي",
};
