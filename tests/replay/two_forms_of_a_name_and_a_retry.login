# alice's call is out; CORP\alice asks her slow primary, and retries meanwhile. When it says that they are one person, the retry goes with her
# to the call that is out.
   0       request A alice right id=1            -> check_password A
   10ms    password ok A identity=alice          -> start_call A
   1s      request B CORP\alice right id=2       -> check_password B
   2s      request C CORP\alice right id=3       -> nothing
   3s      password ok B identity=alice          -> nothing
   4s      factor approved A                     -> accept A; accept B; accept C; login accept approved 3

calls 1
