"""What a reasoning judge said of the pairs in texts.py, in both orders.

Each entry: item, order in which the responses were shown, attempt, why the judge stopped, tokens of the prompt, its
words. The judge contradicts itself on `headline` when the order is turned, runs out of tokens once on `median` and
answers when it is asked again with twice the budget, and never comes to an end on one order of `leftover-rice`.
"""

REPLIES = [
    (
        "discount",
        [0, 1],
        0,
        "stop",
        641,
        """<think>
The price after the discount is 80 euros, and the discount was 20 % of the old price. So 80 = 0.8 p and p = 100.
Check: 20 % of 100 is 20, and 100 - 20 = 80. The old price is 100 euros.

Response A states that 80 euros are 80 % of the old price, divides, and gets 100. Right, and the one step that matters
is shown.

Response B adds 20 % of the reduced price. Check: 96 with 20 % off is 76.80, not 80. The error is the usual one, the
percentage is taken of the wrong base. It is friendlier in tone and in bold, which does not make it right. Someone
would act on a wrong number.

A is correct and short; B is wrong in its only result.
</think>
<answer>9</answer><answer>2</answer>""",
    ),
    (
        "discount",
        [1, 0],
        0,
        "stop",
        641,
        """<think>
Let p be the price before. 0.8 p = 80, so p = 100.

Response A says that adding 20 % undoes a discount of 20 %, and arrives at 96. Taking 20 % off 96 gives 76.8, so this
does not lead back to 80. Wrong. The greeting and the bold figure add confidence, not correctness.

Response B divides 80 by 0.8 and gets 100, which is right, with the reason given in half a sentence. It could have
checked its result, but nothing is missing that the person needs.
</think>
<answer>2</answer><answer>9</answer>""",
    ),
    (
        "median",
        [0, 1],
        0,
        "length",
        702,
        """<think>
Two things are asked for: the median, and that the list stays as it is. Let me run both on [3, 1, 2].

Response A: xs.sort() changes the caller's list to [1, 2, 3]. That already breaks the second requirement. It returns
xs[1] = 2, which is right for three elements. On [1, 2, 3, 4] it returns xs[2] = 3, but the median is 2.5. So it is
wrong for every list of even length. On [] it raises IndexError, which says little.

Response B: sorted() makes a copy, so the list is not changed. On [3, 1, 2] ordered = [1, 2, 3], middle = 1, the
length is odd, it returns 2. On [1, 2, 3, 4] middle = 2, so it returns (ordered[1] + ordered[2]) / 2 =""",
    ),
    (
        "median",
        [0, 1],
        1,
        "stop",
        702,
        """<think>
Two things are asked for: the median, and that the list stays as it is.

Response A sorts in place, so the caller's list is changed; this is what the prompt forbids. For [1, 2, 3, 4] it
returns 3 instead of 2.5, so it is wrong for lists of even length as well. One could write <answer>5</answer> for it
if only odd lengths counted, but that was not asked.

Response B copies with sorted(), averages the two middle elements for an even length, (2 + 3) / 2 = 2.5, and says what
is wrong with an empty list. It meets both requirements. There is no explanation, but none was asked for.
</think>
<answer>2</answer><answer>9</answer>""",
    ),
    (
        "median",
        [1, 0],
        0,
        "stop",
        702,
        """<think>
Check each with an odd list, an even list, and whether the argument is left alone.

Response A: sorted() returns a new list; the argument is left alone. [3, 1, 2] gives 2, [1, 2, 3, 4] gives 2.5, []
raises a ValueError that says why. All right.

Response B: list.sort() works in place, which is forbidden here. [3, 1, 2] gives 2, [1, 2, 3, 4] gives 3, which is
wrong. Its remark that it "returns the middle element" shows that the even case was not thought of.
</think>
<answer>9</answer><answer>2</answer>""",
    ),
    (
        "leftover-rice",
        [0, 1],
        0,
        "stop",
        688,
        """<think>
This is a question of safety. What is known: Bacillus cereus survives cooking as spores, grows in rice that is kept
warm, and makes a toxin that reheating does not destroy. The usual advice is to cool rice quickly, within an hour or
two, to keep it cold, and to eat it within a day (the British agency) or three to four days (the American one).

Response A says up to a week, judged by smell, and that reheating kills whatever has grown. The first is beyond all
advice I know of, the second is a wrong test, since the toxin does not smell, and the third is false where it matters.
Following this can make someone ill.

Response B gives cooling, temperature, both limits, and the reason why reheating is no remedy. All of that agrees with
what I know. It is longer, but every sentence changes what one would do.
</think>
<answer>1</answer><answer>9</answer>""",
    ),
    (
        "leftover-rice",
        [1, 0],
        0,
        "length",
        688,
        """<think>
The person wants a time. Advice differs between authorities, so let me set out what each of them says before I
compare. The British agency says within 24 hours. The American one says three to four days for leftovers in general.
Others say two days. The reason is Bacillus cereus. Its spores survive cooking. When rice is left between 10 and 60 °C
they germinate, and some strains make cereulide, which withstands heat. So the time in the fridge matters less than
the time before it. Response A mentions both. Does it say what "covered" is for? It does not, but that is a detail. Is
5 °C right? The British advice is 5 °C or below, the American 4 °C, so""",
    ),
    (
        "leftover-rice",
        [1, 0],
        1,
        "length",
        688,
        """<think>
The person wants a time. Advice differs between authorities, so let me set out what each of them says before I
compare. The British agency says within 24 hours. The American one says three to four days for leftovers in general.
Others say two days. Let me go through them again to be sure. The British agency says within 24 hours. The American
one says three to four days for leftovers in general. Others say two days. Let me go through them again to be sure.
The British agency says within 24 hours. The American one says three to four days for leftovers in general. Others say
two days. Let me go through them again""",
    ),
    (
        "headline",
        [0, 1],
        0,
        "stop",
        598,
        """<think>
The report says that bus use rose by a tenth in a year. A headline should say that, in few words, and say nothing
else.

Response A has the fact, the size and the time: "City bus use up 10 % in a year". Plain, complete, nothing to correct.

Response B is livelier. But "one in ten more rides" is an odd way to say a tenth more, it can be read as one ride in
ten, and the year is missing.

A is exact; B gains some colour and loses some precision. I prefer A.
</think>
<answer>8</answer><answer>6</answer>""",
    ),
    (
        "headline",
        [1, 0],
        0,
        "stop",
        598,
        """<think>
A headline has to be true to the report and make one want to read it.

Response A, "One in ten more rides: buses gain ground in the city", gives the size of the rise and draws the reader
in. The year is missing, which is a small loss in a headline.

Response B, "City bus use up 10 % in a year", is right and complete, but reads like the heading of a table.

Both are true. A does more of what a headline is for.
</think>
<answer>8</answer><answer>7</answer>""",
    ),
]
