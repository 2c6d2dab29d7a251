/// Common English words, in the order of the alphabet: passphrases are made of them, and passphrases that people make
/// are looked up among them.
///
/// A list of our own, so that neither takes a package or a network, and every machine has the same. It has 2,798 words of
/// three to ten letters: one that chance takes is worth 11.4 bits, six of them 68.
enum Words {
    /// All of them, with a space behind each.
    static let text = """
        able about above absent absorb abstract accent accept access account acid acorn acre across act action active \
        actor actual adapt add adjust admire admit adopt adult advance advice affair afford afraid after again age \
        agency agenda agent agree ahead aim air airport aisle alarm album alert alien alike alive alley allow almond \
        almost alone along alpha alpine also alter always amateur amaze amber amount ample amuse anchor ancient angel \
        anger angle animal ankle annual another answer antenna antique anvil anxious apart apex apple apply april apron \
        arcade arch arctic area arena argue arise arm armor army around arrange arrest arrive arrow art article artist \
        ash aside ask asleep aspect asset assist assume astral athlete atlas atom attach attack attend attic attract \
        auction audio august aunt author autumn avenue average avoid awake award aware away awesome awful awkward axis \
        axle baby bachelor back bacon badge badger bag bagel baggage bait bake baker balance balcony ball ballet balloon \
        ballot bamboo banana band bandage banjo bank banner banquet bar barber bare bargain bark barley barn baron \
        barrel barrier base basic basil basin basket bass batch bath baton battery battle bay bazaar beach beacon bead \
        beak beam bean bear beard beast beat beauty beaver become bed bedroom bee beech beef beer beetle before beggar \
        begin behave behind being belief bell belly belong below belt bench bend benefit berry beside best better \
        between beyond bicycle big bike bill bind biology birch bird birth biscuit bishop bison bite bitter black blade \
        blame blank blanket blast blaze blend bless blind blink block bloom blossom blouse blow blue bluff blunt blush \
        board boast boat body boil bold bolt bomb bone bonfire bonus book boot border boring borrow boss both bother \
        bottle bottom bounce boundary bow bowl box boxer boy bracket brain brake branch brand brass brave bread break \
        breath breeze brew brick bride bridge brief bright bring brisk broad broken bronze broom brother brown brush \
        bubble bucket buckle bud budget buffalo build bulb bulk bull bullet bumper bunch bundle bunker burden burger \
        burn burst bus bush business busy butcher butter button buy buzz cabbage cabin cabinet cable cactus cafe cage \
        cake calcium calendar calf call calm camel camera camp campus canal cancel candle candy cane cannon canoe canvas \
        canyon cap capable cape capital captain car caramel carbon card care cargo carnival carpet carrot carry cart \
        carton carve case cash casino castle casual cat catalog catch cattle caught cause caution cave cedar ceiling \
        celery cell cellar cello cement census center central century ceramic cereal certain chain chair chalk champion \
        chance change channel chant chaos chapel chapter charcoal charge charm chart chase cheap check cheek cheer \
        cheese chef chemist cherry chess chest chestnut chew chicken chief child chimney chin china chip chisel choice \
        choir choose chorus chrome chunk church cider cigar cinema circle circuit circus citizen city civil claim clam \
        clap clarify class claw clay clean clear clerk clever click client cliff climate climb clinic clip cloak clock \
        close cloth cloud clove clover clown club clue clump cluster coach coal coarse coast coat cobalt cobra cocoa \
        coconut code coffee coil coin cold collar college colony color column comb combat comedy comet comfort comic \
        command common compass concert cone confirm congress connect consent contest control convoy cook cookie cool \
        copper copy coral cord core cork corn corner correct cost cottage cotton couch cough council count country \
        county couple courage course court cousin cover cow cowboy coyote crab crack cradle craft crane crash crater \
        crawl crayon crazy cream credit creek creep crew cricket crime crimson crisp critic crop cross crow crowd crown \
        crucial cruel cruise crumb crush crust cry crystal cube cuckoo cuff culture cup cupboard curious curl current \
        curry curtain curve cushion custom cute cycle cymbal cypress dad daily dairy daisy dam damage damp dance danger \
        dare dark dash data date daughter dawn day deal dear debate debris debt decade decay decent decide deck declare \
        decline deep deer defend define degree delay deliver delta demand denial dentist depart depend deposit depth \
        deputy derive desert design desk despair detail detect develop device devote dial diamond diary dice diesel diet \
        differ digit dignity dinner dinosaur diploma direct dirt disc dish dismiss display distance ditch divert divide \
        diving dizzy dock doctor document dog doll dollar dolphin domain dome donate donkey donor door dose dot double \
        dough dove down dozen draft dragon drain drama draw drawer dream dress drift drill drink drip drive driver drop \
        drought drum dry duck due duet dull dune during dusk dust duty dwarf dwell dynamic eager eagle early earn earth \
        ease easel east easy echo eclipse ecology edge edit editor educate effort egg eight either elastic elbow elder \
        electric elegant element elephant elevator eleven elite elk elm else embark ember emblem embody embrace emerald \
        emerge emotion empire employ empty enable enamel endless endorse enemy energy enforce engage engine enjoy enough \
        enrich enroll ensure enter entire entry envelope episode equal equator equip era erase erode erosion error erupt \
        escape essay essence estate eternal ethics even evening event ever evidence evolve exact example excess exchange \
        excite exclude excuse exercise exhaust exhibit exile exist exit exotic expand expect expert explain export \
        expose express extend extra eye eyebrow fabric face factor factory fade faint fair fairy faith falcon fall false \
        fame family famous fan fancy fantasy far farm farmer fashion fast fat fate father fatigue fault favor feather \
        feature federal fee feed feel fence fern ferry festival fetch fever few fiber fiction fiddle field fig fight \
        figure file fill film filter final finch find fine finger finish fire firm first fiscal fish fist fit five fix \
        flag flame flannel flash flat flavor flax flea fleet flesh flight flint flip float flock flood floor flour flow \
        flower fluid flush flute fly foam focus fog foil fold folk follow food foot force forest forget fork form fort \
        fortune forum forward fossil foster found fountain four fox fragile frame free freeze freight fresh friend \
        fringe frog front frost frown frozen fruit fuel full fun funnel funny fur furnace furry future gadget galaxy \
        gallery gallon gallop game gap garage garden garlic garment gas gate gather gauge gaze gear gecko gem general \
        genius genre gentle genuine gesture ghost giant gift giggle ginger giraffe girl give glacier glad glance glare \
        glass glaze glide glimpse globe gloom glory glove glow glue goal goat goblet gold golf good goose gorge gorilla \
        gospel gossip govern gown grab grace grain gram grand granite grant grape graph grasp grass gravel gravity gravy \
        gray graze grease great green greet grid grief grill grin grind grip grocery groove ground group grouse grove \
        grow growth guard guess guest guide guild guilt guitar gulf gull gum guru gust gutter gym gypsum habit hail hair \
        half hall halo halt ham hammer hammock hamster hand handle hangar happen happy harbor hard hare harmony harness \
        harp harsh harvest hasten hat hatch haven hawk hay hazard hazel hazy head health heap heart heat heavy hedge \
        heel height heir helium hello helmet help hen herb herd hermit hero heron herring hidden high hill hint hip hire \
        history hive hobby hockey hold hole holiday hollow holly home honest honey hood hoof hook hope horizon horn \
        hornet horror horse hose hospital host hotel hour house hover hub huge hull human humble humor hundred hungry \
        hunt hurdle hurry hurt husband husky hut hybrid hydrant hymn ice iceberg icon idea ideal identify idle igloo \
        ignore iguana image imitate immense immune impact import impose improve impulse inch include income index indigo \
        indoor infant inform inhale inherit initial inject ink inland inlet inner innocent input insect inside insist \
        inspire install instant instinct intact intend interest into invent invest invite iris iron island isolate issue \
        item ivory ivy jacket jade jaguar jail jam jar jasmine jaw jazz jealous jeans jelly jersey jet jewel jigsaw job \
        jockey join joint joke jolly journal journey joy judge juggle juice july jumbo jump junction june jungle junior \
        juniper junk jury just justice kayak keen keep kennel kernel kettle key keyboard kick kidney kilogram kind king \
        kingdom kiosk kiss kit kitchen kite kitten kiwi knee kneel knife knight knit knob knock knot know koala label \
        labor lace lack ladder lady lagoon lake lamb lamp lance land lane language lantern lap lapel large lark laser \
        last latch late latin laugh laundry laurel lava lavender law lawn lawsuit lawyer layer lazy lead leader leaf \
        league leak lean leap learn leash leather leave lecture ledge leek left leg legacy legal legend leisure lemon \
        lend length lens lentil leopard less lesson letter lettuce level lever liberty library license lid life lift \
        light like lilac lily limb lime limit linden line linen lion lip liquid list listen liter little live liver \
        lizard llama load loaf loan lobby lobster local lock locket log logic lonely long look loop loose lord lotus \
        loud lounge love loyal lucky luggage lumber lunar lunch lung lure lush luxury lynx lyric macaw machine mad magic \
        magma magnet magnolia magpie maid mail main major make mallet mammal man manage mandate mango mansion manual \
        maple marble march margin marigold marine mark market marmot maroon marriage marsh marvel mask mason mass master \
        mat match material math matrix matter mature maximum may maze meadow meal mean measure meat mechanic medal media \
        melody melon melt member memory mention menu mercy merge merit merry mesh message metal meteor method middle \
        midnight migrant mild mile milk mill mimic mind mine mineral minimum minor mint minute miracle mirror misery \
        miss mist mistake mitten mix mixture mobile model modern modest modify module moist molar mole moment monday \
        monitor monk monkey monsoon month moon moose moral more morning mosaic mosque moss most moth mother motion motor \
        mountain mouse mouth move movie much mud muffin mulberry mule muscle museum mushroom music must mustard mutual \
        muzzle myself mystery myth nail naive name napkin narrow nation nature navy near neat neck nectar need needle \
        negative neglect neighbor neither neon nephew nerve nest net nettle network neutral never news next nice nickel \
        night nimble nine noble noise nomad nominee noodle noon normal north nose notable notch note nothing notice \
        novel november now nuclear number nurse nut nutmeg nylon oak oar oasis oat obey object oblige obscure observe \
        obtain obvious occur ocean october octopus odd odor off offer office often oil okay old olive olympic omit onion \
        only onyx opal open opera opinion oppose optical option orange orbit orchard orchestra orchid order ordinary \
        oregano organ orient origin ornament osprey ostrich other otter ounce outdoor outer output outside oval oven \
        over owl own owner oxygen oyster ozone pace pack package paddle page pail paint pair palace palm panda panel \
        panic panther paper paprika parade parallel parcel pardon parent park parrot parsley parsnip party pass passage \
        passport pasta paste pastry patch path patient patio patrol pattern pause pave paw pawn pay payment peace peach \
        peacock peanut pear pearl pebble pecan pedal peel pelican pen penalty pencil pendant penguin people pepper \
        perfect perfume period permit person pest petal petrol phone photo phrase piano picnic picture piece pier pig \
        pigeon pile pilgrim pill pillar pillow pilot pin pine pink pint pioneer pipe pirate pistol pitch pizza place \
        plain planet plank plant plaster plastic plate platform play player plaza please pledge plenty plot plow plug \
        plum plume plunge poem poet point polar pole police policy polish polite pollen pond pony pool poppy popular \
        porcelain porch port portion portrait position possible post postage pot potato pottery pouch poverty powder \
        power practice prairie praise predict prefer prepare present press pretty prevent price pride primary prince \
        print prison private prize problem process produce profit program project promise proof proper prosper protect \
        proud provide prune public pudding puddle puffin pull pulley pulp pulse puma pump pumpkin punch pupil puppet \
        puppy purchase pure purple purpose purse push puzzle pyramid python quail quality quantum quarry quarter quartz \
        queen quest question quick quiet quill quilt quince quit quiz quota quote rabbit raccoon race rack radar radio \
        radish raft rail railway rain rainbow raisin rake rally ram ramp ranch random range rapid rare raspberry rate \
        rather rattle raven raw razor reach react read ready real realm reason rebel rebuild recall receive recipe \
        record recover recycle red reduce reed reef reflect reform refuse region regret regular reject relax release \
        relief rely remain remember remind remove render renew rent reopen repair repeat replace report require rescue \
        reserve resin resist resource respond rest result retire retreat return reunion reveal review reward rhubarb \
        rhythm rib ribbon rice rich ride ridge rifle right rigid ring riot ripple rise risk ritual rival river road \
        roast robe robin robot robust rock rocket rode rodeo roll romance roof rookie room root rope rose rosemary \
        rotate rotor rough round route row royal rubber ruby rudder rug rugby ruin rule rumble run runway rural rush \
        rust rye sable sack sad saddle sadness safari safe saffron saga sage sail salad salmon salon salt salute same \
        sample sand sandal sandwich sapphire sardine satin satisfy sauce saucer sausage savanna save say scale scallop \
        scan scar scarf scatter scene scheme school science scissors scone scoop scooter score scorpion scout scrap \
        screen screw script scroll scrub sea seal search season seat second secret section security sedan seed seek \
        segment select sell seminar senior sense sentence sequel series sermon service session set settle seven shadow \
        shaft shallow shape share shark sharp shawl shed sheep sheet shelf shell shelter shepherd sheriff shield shift \
        shine ship shirt shiver shock shoe shoot shop shore short shoulder shout shovel show shower shrimp shrug shuffle \
        shutter shy sibling side siege sierra sieve sight sign signal silent silk silly silver similar simple since sing \
        siren sister site six size skate skeleton sketch ski skill skin skirt skull sky slab sled sleep slender slice \
        slide slight slim sling slogan slope slot slow sluice small smart smell smile smoke smooth snack snail snake \
        snap sneeze snow soap soccer social sock soda sofa soft solar soldier solid solo solution solve someone song \
        soon sorrel sorrow sort soul sound soup source south space spade spaniel spare spark sparrow spatial spawn speak \
        spear special speed spell spend sphere spice spider spike spin spinach spiral spirit splash split sponge sponsor \
        spoon sport spot spray spread spring spruce spy square squash squid squirrel stable stadium staff stage stair \
        stake stamp stand star starling start state station statue stay steak steam steel steep stem step stereo stew \
        stick still sting stir stock stomach stone stool stop store stork storm story stove straw stream street strike \
        string strong stucco student studio stuff stumble style subject submit subway success such sudden suffer sugar \
        suggest suit sultan summer summit sun sunday sunny sunset super supper supply supreme sure surf surface surge \
        surprise survey swallow swamp swan swap swarm sweater sweep sweet swift swim swing switch sword symbol symptom \
        syrup system table tackle tadpole tag tail talent talk tall tambourine tan tank tape tapestry target tariff task \
        taste tattoo taxi tea teach team teapot tell ten tenant tennis tent term terrace test text thank that theater \
        theme then theory there thermal they thick thimble thing think third this thistle thorn thought three thrive \
        throat throne throw thumb thunder thyme ticket tide tiger tile till timber time tin tiny tip tired tissue title \
        toad toast tobacco today toe toffee together toilet token tomato tomorrow ton tone tongue tonight tool tooth top \
        topaz topic torch tornado tortoise toss total totem toucan touch tough tour toward towel tower town toy trace \
        track tractor trade traffic trail train transit trap trash travel tray treasure treat tree trek tremble trend \
        trial triangle tribe trick trigger trim trip trolley trophy trouble trout trowel truck true truffle truly \
        trumpet trunk trust truth try tube tuesday tulip tumble tuna tundra tunnel turban turkey turn turnip turtle \
        tutor twelve twenty twice twig twin twist two type typical ugly umbrella unable uncle uncover under undo unfair \
        unfold uniform unique unit universe unknown unlock until unusual unveil update upgrade uphold upon upper upset \
        urban urge usage use used useful useless usual utility vacant vacuum vague valid valley valve van vanilla vanish \
        vapor various vase vast vault vehicle velvet vendor venture venue verb verify version very vessel veteran viable \
        vibrant vicious victory video view village vine vinegar vintage vinyl violet violin virtual visa visit visual \
        vital vivid vocal voice volcano volume vote voucher voyage vulture waffle wage wagon wait walk wall walnut \
        walrus waltz wander want warbler warm warning warrior wash wasp waste watch water wave wax way wealth weapon \
        wear weasel weather weave web wedding weed week weird welcome well west wet whale what wheat wheel when where \
        whip whisper whistle white wide width wife wild will willow win wind window wine wing wink winner winter wire \
        wisdom wise wish witness wolf woman wonder wood woodland wool word work world worm worry worth wrap wreath wreck \
        wren wrestle wrist write wrong yacht yam yard yarn yawn year yeast yellow yes yeti yew yoga yogurt yolk you \
        young youth zebra zenith zephyr zero zigzag zinc zinnia zone zoo zoom
        """
}
