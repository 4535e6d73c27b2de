"""Hand-written fragments of the labelled sample: what `make_labelled.py` composes into responses.

Owns wording only. It must not know the rule, the seed or the file format.

A response is an opening, a body of one or two sentences, and a closing. Each comes in two kinds: an opening is
warm or cool, a body concrete or vague, a closing asks back or ends there. Both kinds are written at about the same
length and in good manners, so that neither the number of words nor rudeness gives the kind away.
"""

from typing import NamedTuple


class Question(NamedTuple):
    """A prompt, the thing it is about (fits into an opening), and two concrete things to do about it."""

    prompt: str
    thing: str
    steps: tuple[str, str]


class Topic(NamedTuple):
    """Questions that share their vague advice and their questions back."""

    name: str
    vague: tuple[str, ...]
    asks: tuple[str, ...]
    questions: tuple[Question, ...]


WARM = (
    "Oh dear, I can see how {thing} would spoil your day, and I'm glad you wrote.",
    "I'm sorry you have to deal with {thing}; you've been more patient than most people would be.",
    "You're far from alone with {thing}, so please don't blame yourself.",
    "Thanks for telling me about {thing}; let's get you through this together.",
    "I know how tiresome {thing} can be, and I'd love to help you past that.",
    "It makes sense that {thing} would be on your mind; it would be on mine too.",
    "Good on you for asking about {thing} now, while everything can still be put right.",
    "What a nuisance, to have {thing} on top of everything else in your week!",
    "Take a breath, you've got time; {thing} can happen in the best of families.",
    "I feel for you; nobody needs {thing} in the middle of a busy week.",
    "You're doing fine, really, and asking about {thing} is exactly the right thing to do.",
    "Don't worry, we'll sort out {thing} between the two of us, one bit at a time.",
)

COOL = (
    "Your enquiry about {thing} has been noted and is answered as follows.",
    "Regarding {thing}, the following information is currently available to the public.",
    "With respect to {thing}, the general guidance below applies to most cases.",
    "This response covers {thing} and has been kept to the standard wording.",
    "Enquiries about {thing} are frequent and are treated in the usual manner.",
    "In reply to the above, there is a known procedure for {thing}, which is stated here.",
    "Questions on {thing} are handled in the order in which they are received.",
    "Below is the reply on {thing}, as it is given to everyone who enquires.",
    "For the record, a question about {thing} falls under the category of routine requests.",
    "Information on {thing} is provided here for reference and without further comment.",
    "The matter of {thing} has been reviewed, and the result is stated here.",
    "Please find below the customary answer on the matter of {thing}.",
)

ENDS = (
    "That is all there is to say on the matter at this point.",
    "This completes the answer, and no further reply is needed.",
    "Other details can be found in the general information.",
    "No additional information is available at the present time.",
    "Everything else remains as it was before your message.",
    "Further particulars are given elsewhere on these pages.",
    "With this the request is considered to be answered.",
    "The above should be sufficient for most readers.",
    "Any remaining points are covered by the usual terms.",
    "Nothing more needs to be added to this for now.",
)

ASKS = (
    "Does that fit your situation, or is there something I haven't understood yet?",
    "What have you tried so far, so that I don't send you in circles?",
    "Would you like to try that first and tell me how it went?",
    "Is there anything about your case that makes this harder than it sounds?",
    "Which part of this would you like me to explain a little more?",
)

TOPICS = (
    Topic(
        name="delivery",
        vague=(
            "Shipments may be subject to delays, and various circumstances can play a part in how long they take.",
            "In most cases matters of this kind resolve themselves over time without anything special being done.",
            "It is generally recommended to keep an eye on developments and to allow for a reasonable period.",
            "Different carriers have different ways of working, and outcomes can vary from one case to another.",
            "As a rule, suitable measures are taken wherever the situation is found to require them.",
            "A number of options may exist, depending on the conditions which apply to the order concerned.",
        ),
        asks=(
            "Would tomorrow or Saturday suit you better for a second try?",
            "Could you tell me which town it was going to?",
            "Would you rather have a new one sent or your money back?",
        ),
        questions=(
            Question(
                "My parcel has been stuck at the depot for five days.",
                "a parcel that won't move",
                (
                    "Call the depot before ten in the morning, give the last four digits of the tracking number, and ask for a manual release.",
                    "If it hasn't moved by Thursday evening, press \"Report lost\" on the order page and a new one leaves on Friday.",
                ),
            ),
            Question(
                "The courier left my package out in the rain.",
                "a soaked package",
                (
                    "Photograph the wet box before you open it, then take out the contents and stand them on a towel.",
                    "Upload two pictures under Orders > Damage, and tick \"leave with neighbour at number 12\" for next time.",
                ),
            ),
            Question(
                "I wasn't home and now I can't find the delivery card.",
                "a lost delivery card",
                (
                    "Type the order number into the tracking page; it shows the shop that holds the parcel and its opening hours.",
                    "Take your passport along, since the name on it counts as the card, and go before the seventh day.",
                ),
            ),
            Question(
                "My order arrived but two of the six plates are broken.",
                "broken plates",
                (
                    "Lay the pieces of both plates on the box, take one photo from above, and send it with the order number.",
                    "Keep the four good plates; the two replacements travel in a double box and arrive within three days.",
                ),
            ),
            Question(
                "Can I get my order before Saturday? It's a present.",
                "a present with a deadline",
                (
                    "Choose \"Express\" at the checkout before two in the afternoon today, and it reaches you by Friday noon.",
                    "Send it straight to the person's address, add a card in the basket, and untick \"include invoice\".",
                ),
            ),
            Question(
                "You sent me the wrong colour.",
                "the wrong colour in the box",
                (
                    "Put the blue one back into its bag, print the label from your order page, and drop it at any post office.",
                    "The green one ships as soon as the label is scanned, so go before five and it leaves the same night.",
                ),
            ),
            Question(
                "The tracking number you gave me doesn't work.",
                "a tracking number that finds nothing",
                (
                    "Leave out the two letters at the front and try again after eight in the evening, when the first scan is entered.",
                    "If it still finds nothing tomorrow, paste your postcode and the order date into the carrier's search form instead.",
                ),
            ),
            Question(
                "How do I send back a mattress?",
                "a mattress that has to go back",
                (
                    "Roll it tightly from the foot end, tie it with two belts, and slide it into the grey bag it came in.",
                    "Book the free pick-up under Returns > Large items, and lean it by the door on the morning of the day.",
                ),
            ),
        ),
    ),
    Topic(
        name="account",
        vague=(
            "Accounts are managed in line with the applicable policies, which may be updated from time to time.",
            "Certain settings can have an influence on this, and it is advisable to review them as appropriate.",
            "In general the system behaves as intended, although individual experiences may differ somewhat.",
            "Users are encouraged to make themselves familiar with the features that are available to them.",
            "Changes of this nature can usually be made, provided that the relevant conditions are fulfilled.",
            "The exact behaviour depends on several factors, which cannot be described in full at this place.",
        ),
        asks=(
            "Do you see the same thing when you sign in on another device?",
            "When did you last get in without any trouble?",
            "Is there a date by which this has to be settled for you?",
        ),
        questions=(
            Question(
                "I can't log in although I'm sure the password is right.",
                "a password that is right and still refused",
                (
                    "Type the password into a note first, where you can see it, and copy it into the field from there.",
                    "Wait fifteen minutes after the fifth failed try, because the lock only opens after that, then try once.",
                ),
            ),
            Question(
                "How do I change the card I pay with?",
                "an old card on file",
                (
                    "Open Settings > Payment, add the new card first, mark it as default, and only then delete the old one.",
                    "Do it before the 27th, since the next payment is prepared on that day with whichever card is default.",
                ),
            ),
            Question(
                "I keep getting your newsletter after I unsubscribed.",
                "a newsletter that keeps coming",
                (
                    "Look at the \"To\" line of the last one; if it shows an older address of yours, unsubscribe that one too.",
                    "Under Settings > Messages switch \"News\" and \"Offers\" off separately, because the link only stops the first.",
                ),
            ),
            Question(
                "Can two people share one account?",
                "one account for two people",
                (
                    "Go to Settings > People, press \"Invite\", and enter the other person's address; both of you keep your own password.",
                    "Give them the role \"Member\" if they should order but not see the invoices, and \"Owner\" if they should.",
                ),
            ),
            Question(
                "My loyalty points have disappeared.",
                "points that have vanished",
                (
                    "Open Points > History and set the filter to \"All years\"; the page hides everything before January by default.",
                    "If a line says \"expired\", reply with its date; points that lapsed within the last sixty days are put back.",
                ),
            ),
            Question(
                "How do I delete my account completely?",
                "an account you want gone",
                (
                    "Download your invoices first, then choose Settings > Privacy > Delete and type the word DELETE in the box.",
                    "Sign in within fourteen days if you change your mind; on the fifteenth day everything is erased.",
                ),
            ),
            Question(
                "I never received the confirmation email.",
                "a confirmation that never came",
                (
                    "Search all folders for the word \"confirm\", then add our address to your contacts and press \"Send again\" once.",
                    "If ten minutes pass, check the spelling under Settings > Email; a missing dot is the most common cause.",
                ),
            ),
            Question(
                "The invoice has my old address on it.",
                "an invoice with the wrong address",
                (
                    "Change the address under Settings > Billing, open the invoice, and press \"Issue again\" at the bottom.",
                    "The new one keeps the old number with a B behind it, so your bookkeeper can file both together.",
                ),
            ),
        ),
    ),
    Topic(
        name="cooking",
        vague=(
            "Results in the kitchen depend on many things, and a certain amount of variation is to be expected.",
            "Good ingredients and proper technique are usually considered to be helpful in such cases.",
            "There are several schools of thought on this, each of which has something to be said for it.",
            "It is often best to adapt the method to the circumstances and to personal preference.",
            "With some experience, most people find an approach which works reasonably well for them.",
            "Temperature, time and quantity can all have an influence and should be considered accordingly.",
        ),
        asks=(
            "How many people are you cooking for tonight?",
            "What kind of stove and pan do you have?",
            "Do you like it mild, or should it have some bite?",
        ),
        questions=(
            Question(
                "My rice always turns out sticky.",
                "sticky rice",
                (
                    "Rinse it in a sieve until the water runs clear, then use one and a half cups of water to one cup of rice.",
                    "Turn the heat off after twelve minutes, put a tea towel under the lid, and leave it alone for ten.",
                ),
            ),
            Question(
                "How do I stop my omelette from sticking to the pan?",
                "an omelette that sticks",
                (
                    "Heat the empty pan for a full minute, add a walnut of butter, and pour the eggs when it stops foaming.",
                    "Pull the edges in with a spatula for thirty seconds, tilt, and slide it out while the top still shines.",
                ),
            ),
            Question(
                "My soup is far too salty.",
                "a soup that is too salty",
                (
                    "Ladle out a third, replace it with unsalted water, and simmer for five minutes before you taste again.",
                    "Stir in two spoonfuls of cream and a squeeze of lemon; fat and acid make the same salt taste like less.",
                ),
            ),
            Question(
                "What can I do with overripe bananas?",
                "bananas gone brown",
                (
                    "Mash three of them with two eggs and a cup of oats, and fry small pancakes for two minutes a side.",
                    "Slice the rest into coins, freeze them flat on a tray, and blend a handful for ice cream on Sunday.",
                ),
            ),
            Question(
                "How do I cook a steak without a thermometer?",
                "a steak and no thermometer",
                (
                    "Take it out of the fridge an hour before, dry it well, and give it two minutes a side in a smoking pan.",
                    "Press it with a finger: if it feels like the ball of your thumb, let it rest for five minutes and serve.",
                ),
            ),
            Question(
                "My cake sank in the middle.",
                "a cake with a hollow",
                (
                    "Leave the oven shut for the first thirty minutes and test with a skewer in the centre before you take it out.",
                    "Use a level teaspoon of baking powder for 200 grams of flour; a heaped one lifts it and lets it drop.",
                ),
            ),
            Question(
                "Can I make a tomato sauce without onions?",
                "a sauce without onions",
                (
                    "Warm four spoons of olive oil with two sliced cloves of garlic, add a tin of tomatoes, and cook for twenty minutes.",
                    "Grate in half a carrot for the sweetness an onion would give, and tear in basil after the heat is off.",
                ),
            ),
            Question(
                "How long do I boil an egg so that the yolk stays soft?",
                "an egg that never comes out right",
                (
                    "Lower it into boiling water with a spoon, set a timer to six and a half minutes, and keep the water rolling.",
                    "Put it under cold water for thirty seconds straight away, or it goes on cooking inside the shell.",
                ),
            ),
        ),
    ),
    Topic(
        name="cleaning",
        vague=(
            "Household tasks of this type can be approached in a number of ways with varying degrees of success.",
            "Suitable products are available in shops, and the instructions on them should be followed.",
            "Regular care tends to be beneficial and may help to prevent similar situations in future.",
            "Some materials respond better than others, so that a general statement is difficult to make.",
            "It can be useful to proceed with appropriate care and to judge the result afterwards.",
            "The amount of effort which is needed will depend on the state of things in each household.",
        ),
        asks=(
            "What material is it, as far as you can tell?",
            "How long has it been like that?",
            "Do you have vinegar and baking soda in the house?",
        ),
        questions=(
            Question(
                "There's limescale all over my shower door.",
                "limescale on the glass",
                (
                    "Soak kitchen paper in warm vinegar, stick it to the glass for twenty minutes, then wipe downwards with a sponge.",
                    "Keep a rubber squeegee on a hook inside and pull it over the door after each shower; it takes ten seconds.",
                ),
            ),
            Question(
                "How do I get candle wax out of a rug?",
                "wax in the rug",
                (
                    "Lay an ice pack on it for ten minutes and crack off the wax with the back of a spoon.",
                    "Put brown paper over what is left and press with a warm iron, moving to a clean patch each time.",
                ),
            ),
            Question(
                "My washing machine smells musty.",
                "a musty washing machine",
                (
                    "Run it empty at 90 degrees with a cup of soda crystals in the drum, and wipe the rubber seal dry.",
                    "Pull out the drawer, scrub it with an old toothbrush, and leave both drawer and door open overnight.",
                ),
            ),
            Question(
                "What removes pencil marks from a painted wall?",
                "drawings on the wall",
                (
                    "Rub lightly with a clean white eraser first, from the outside of the mark towards the middle.",
                    "For what is left, dip a damp cloth in baking soda, make small circles, and rinse with a second cloth.",
                ),
            ),
            Question(
                "The oven is covered in burnt grease.",
                "a burnt-on oven",
                (
                    "Mix half a cup of baking soda with three spoons of water, spread it inside, and let it work overnight.",
                    "Wipe it out in the morning, spray vinegar on the rest, and lift the last bits with a plastic card.",
                ),
            ),
            Question(
                "How can I clean white trainers?",
                "grey trainers that were white",
                (
                    "Take out the laces, brush off the dry dirt, and scrub with a toothbrush, warm water and a drop of dish soap.",
                    "Stuff them with white paper and dry them in the shade for a day, because the sun turns the glue yellow.",
                ),
            ),
            Question(
                "There are fruit flies everywhere in my kitchen.",
                "a kitchen full of fruit flies",
                (
                    "Fill a glass with two fingers of vinegar, add a drop of dish soap, and set it where the fruit usually lies.",
                    "Empty the bin tonight, rinse the bottles, and pour a kettle of hot water down the sink for three evenings.",
                ),
            ),
            Question(
                "How do I get the smell of smoke out of a coat?",
                "a coat that smells of smoke",
                (
                    "Hang it in the bathroom during a hot shower, then outside on a hanger for one windy afternoon.",
                    "Close it in a bag with a bowl of coffee grounds for two nights, and shake it out by the window.",
                ),
            ),
        ),
    ),
    Topic(
        name="computer",
        vague=(
            "Technical matters can have many causes, and it is not always possible to name a single one.",
            "Keeping systems in good order is widely regarded as sensible practice for all kinds of users.",
            "Performance may change over time as a result of a range of internal and external influences.",
            "Settings are offered for various needs and can be adapted where this is thought to be useful.",
            "Much depends on the equipment in question and on the way in which it is normally used.",
            "Solutions exist for most situations of this sort, although not every one will suit every case.",
        ),
        asks=(
            "Which version does it show under Settings > About?",
            "Did anything change on the day when it started?",
            "Does it happen with the charger plugged in as well?",
        ),
        questions=(
            Question(
                "My computer takes ten minutes to start.",
                "a computer that takes for ever to wake up",
                (
                    "Open the task manager, go to the Startup tab, and switch off everything you don't need in the first minute.",
                    "Look at the free space too; below ten gigabytes, empty the bin and the Downloads folder and restart twice.",
                ),
            ),
            Question(
                "The printer says it's offline, but it's switched on.",
                "a printer that plays dead",
                (
                    "Turn off the printer and the router, count to thirty, and switch on the router first and the printer second.",
                    "In the printer list, remove the entry with \"copy 1\" behind its name and set the other as default.",
                ),
            ),
            Question(
                "How do I move my photos to a new phone?",
                "years of photos on an old phone",
                (
                    "Plug both phones into chargers, join the same Wi-Fi, and start \"Transfer\" on the new one before you sign in.",
                    "Afterwards compare the number at the bottom of both albums, and keep the old phone untouched for two weeks.",
                ),
            ),
            Question(
                "Video calls keep freezing.",
                "calls that freeze",
                (
                    "Sit in the same room as the router, or use a cable, and close every other tab before the call begins.",
                    "Switch your picture to 360p under Video settings; faces stay clear and the load drops to a quarter.",
                ),
            ),
            Question(
                "I closed the document without saving it.",
                "an unsaved document",
                (
                    "Reopen the program, choose File > Recent, and look for \"Recovered\" at the very end of the list.",
                    "Then search the disk for files changed today that begin with a tilde, and open the largest of them.",
                ),
            ),
            Question(
                "How do I make text bigger on my screen?",
                "text that is too small",
                (
                    "Hold Ctrl and press the plus key twice in the browser; it remembers the size for each site.",
                    "For everything else, open Display settings and set the scale to 125 percent, then sign out and in again.",
                ),
            ),
            Question(
                "My headphones connect, but there's no sound.",
                "silent headphones",
                (
                    "Click the speaker in the corner, press the small arrow, and choose the entry with \"stereo\" in its name.",
                    "If it's missing, delete the headphones from the list, hold their button for seven seconds, and pair again.",
                ),
            ),
            Question(
                "How do I know if a download is safe?",
                "a download you don't quite trust",
                (
                    "Compare the address in the bar letter by letter with the one on the maker's manual before you press anything.",
                    "Right-click the file, open its signature, and delete it if the name of the publisher is empty.",
                ),
            ),
        ),
    ),
    Topic(
        name="plants",
        vague=(
            "Plants have different requirements, and these should be met as far as circumstances allow.",
            "A suitable location and an adequate amount of care are important for healthy development.",
            "Seasonal changes can affect growth in various ways, which is considered to be normal.",
            "Over time a balance is usually established without the need for any particular action.",
            "Many gardeners have their own views on this, and results are known to differ widely.",
            "Conditions such as light and water should be kept within the range that is appropriate.",
        ),
        asks=(
            "Which way does the window or the bed face?",
            "How often have you been watering it until now?",
            "Do the leaves feel soft or brittle when you touch them?",
        ),
        questions=(
            Question(
                "The leaves of my monstera are turning yellow.",
                "yellow leaves",
                (
                    "Push a finger five centimetres into the soil and water only when it comes out dry, about every ten days.",
                    "Cut off the two lowest leaves with clean scissors and move the pot one metre back from the glass.",
                ),
            ),
            Question(
                "Something is eating my lettuce at night.",
                "lettuce full of holes",
                (
                    "Go out with a torch at ten, pick the slugs off by hand, and carry them to the far side of the compost.",
                    "Lay a wet board between the rows and turn it over each morning; they gather underneath by themselves.",
                ),
            ),
            Question(
                "When should I prune my apple tree?",
                "an overgrown apple tree",
                (
                    "Choose a dry day in February, take out dead and crossing branches first, and cut just above a bud facing outwards.",
                    "Stop when a quarter of the wood is gone, and leave the long water shoots until August.",
                ),
            ),
            Question(
                "My orchid has finished flowering. What now?",
                "an orchid without flowers",
                (
                    "Cut the stem two fingers above the second knot and set the pot in a north window for eight weeks.",
                    "Dip it in water for ten minutes every Sunday, let it drain, and give it half-strength feed once a month.",
                ),
            ),
            Question(
                "Can I grow tomatoes on a balcony?",
                "a balcony much smaller than a garden",
                (
                    "Buy a bush variety, plant it in a ten-litre bucket with holes, and put it against the warmest wall in mid-May.",
                    "Water at the foot every morning and tie the stem to a cane with a loose figure of eight.",
                ),
            ),
            Question(
                "Moss is taking over my lawn.",
                "moss in the lawn",
                (
                    "Mow short at the end of April, rake crosswise with a spring-tine rake, and sow shade grass on the bare spots.",
                    "Spread a bucket of sand for each four square metres, and afterwards never cut below five centimetres.",
                ),
            ),
            Question(
                "How do I keep my plants alive while I'm away for three weeks?",
                "thirsty plants and an empty flat",
                (
                    "Move all the pots into the bathtub on a wet towel, draw the blind half down, and water well on the last day.",
                    "For the thirsty ones, run a cotton string from a full bottle into the soil; it lasts for about twenty days.",
                ),
            ),
            Question(
                "My cactus is leaning to one side.",
                "a leaning cactus",
                (
                    "Turn the pot by a quarter every Monday so that the other side gets the sun, and prop it with two sticks.",
                    "Press the base gently; if it gives, lift it out, cut off the brown part, and dry it for a week.",
                ),
            ),
        ),
    ),
    Topic(
        name="travel",
        vague=(
            "Travel arrangements are subject to change, and travellers should take this into consideration.",
            "There are several possibilities, and the most suitable will depend on individual needs.",
            "Conditions differ between operators, and it is worthwhile to be aware of the regulations.",
            "Early planning is commonly seen as an advantage, though it is not a guarantee of anything.",
            "Most journeys take place as planned, while others may call for some flexibility.",
            "Relevant details can normally be obtained from the responsible parties upon request.",
        ),
        asks=(
            "On which day are you leaving, and are you tied to it?",
            "Are you travelling alone or with small children?",
            "Would you rather save an hour or some money?",
        ),
        questions=(
            Question(
                "My connecting train leaves only six minutes after I arrive.",
                "a six-minute change",
                (
                    "Sit in the second carriage from the front, since the stairs at that station are right beside it.",
                    "Note the next train at 14:42 as well; with a through ticket you may take it at no extra cost.",
                ),
            ),
            Question(
                "How do I avoid jet lag on a flight east?",
                "jet lag",
                (
                    "Go to bed an hour earlier for three nights before, and set your watch to the new time when you board.",
                    "On the first morning walk outside for thirty minutes before ten, and don't nap for longer than twenty.",
                ),
            ),
            Question(
                "The hotel says it has no record of my booking.",
                "a booking nobody can find",
                (
                    "Show the confirmation number on your phone and ask them to search by arrival date rather than by name.",
                    "If that fails, ask the desk to call the booking site while you stand there, and write down the clerk's name.",
                ),
            ),
            Question(
                "What should I pack for a week of hiking in huts?",
                "a rucksack that is always too heavy",
                (
                    "Take two wool shirts, one pair of trousers, a rain jacket, a liner for the bunk, and nothing made of cotton.",
                    "Weigh the full bag on the bathroom scale, and take things out until it reads eight kilos with water.",
                ),
            ),
            Question(
                "My suitcase didn't arrive with me.",
                "a suitcase gone astray",
                (
                    "Go to the desk beside the belts before you leave the hall and get a report with a ten-character number.",
                    "Keep the receipts for a toothbrush, a shirt and socks, and send them in within twenty-one days.",
                ),
            ),
            Question(
                "How can I keep two children busy on an eight-hour drive?",
                "eight hours in a car",
                (
                    "Leave at five in the morning with pillows, have breakfast at the second stop, and save the audiobook for ten.",
                    "Wrap six small things in newspaper and hand one out every hour, the stickers first and the torch last.",
                ),
            ),
            Question(
                "Is one hour enough to get through the airport?",
                "a tight hour at the airport",
                (
                    "Check in on your phone tonight, take hand luggage only, and go to the security lane on the far left.",
                    "Stand at the door of the terminal seventy minutes before departure; the gate closes at twenty.",
                ),
            ),
            Question(
                "I booked the wrong date for my ferry.",
                "a ticket for the wrong day",
                (
                    "Open the booking, press \"Amend\" and not \"Cancel\", and choose the right day; the fee is twelve until midnight.",
                    "If the button is grey, ring the harbour office after nine and read them the six letters on the ticket.",
                ),
            ),
        ),
    ),
    Topic(
        name="study",
        vague=(
            "Learning is a process which proceeds at a different pace for each person and each subject.",
            "A range of methods has been proposed, and it may be worth looking into some of them.",
            "Motivation can fluctuate, and external conditions are known to have a certain effect.",
            "Generally speaking, continuous effort is associated with better results in the long run.",
            "What works in one setting may not work in another, as is often the case in this field.",
            "It is useful to set priorities and to organise the available time in a sensible manner.",
        ),
        asks=(
            "When is the exam, and how much of it is still new to you?",
            "At what time of the day do you think most clearly?",
            "What does your desk look like right now?",
        ),
        questions=(
            Question(
                "I can't concentrate for more than ten minutes.",
                "a mind that wanders",
                (
                    "Put the phone in another room, set a kitchen timer to fifteen minutes, and write one line on what you'll finish.",
                    "Walk to the window and back when it rings, and add two minutes to the timer each day.",
                ),
            ),
            Question(
                "How do I remember new vocabulary?",
                "words that won't stick",
                (
                    "Write ten words on cards in the evening, with a silly picture each, and go through them before breakfast.",
                    "Sort the ones you knew into a box for Friday, and say the others aloud in a sentence about your day.",
                ),
            ),
            Question(
                "I have to give a talk and my voice shakes.",
                "a shaking voice",
                (
                    "Learn the first two sentences by heart and say them to one friendly face in the third row.",
                    "Breathe out slowly for six counts before you stand up, and hold a glass of water in your left hand.",
                ),
            ),
            Question(
                "My essay is due on Monday and I haven't started.",
                "an essay that isn't there yet",
                (
                    "Tonight, write three claims on one page and put two quotations under each; that is the skeleton.",
                    "Tomorrow write 300 words an hour from nine to one without deleting anything, and edit on Sunday after lunch.",
                ),
            ),
            Question(
                "How can I learn to type faster?",
                "slow typing",
                (
                    "Cover the keys with a tea towel and practise the middle row for ten minutes every evening for two weeks.",
                    "Slow down until you make fewer than three mistakes a line; the speed comes back by itself in the third week.",
                ),
            ),
            Question(
                "I always fall asleep when I read textbooks.",
                "books that send you to sleep",
                (
                    "Read standing up at a shelf for the first page, and write one question in the margin of each section.",
                    "Close the book every ten minutes and say what you've read to the wall in three sentences.",
                ),
            ),
            Question(
                "How do I start learning the guitar on my own?",
                "a guitar and no teacher",
                (
                    "Tune it with a free app, learn E minor and G, and change between them on every fourth beat.",
                    "Play for fifteen minutes a day, and choose one song with three chords to finish by the end of the month.",
                ),
            ),
            Question(
                "I understand maths in class but fail the tests.",
                "tests that go wrong",
                (
                    "Solve three old papers against the clock with the notes shut, and mark them in red the next day.",
                    "Keep a list of each mistake in one line, and redo the five most frequent the evening before the test.",
                ),
            ),
        ),
    ),
)
